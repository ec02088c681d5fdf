// The door of the network: what the rest of the program may use of it. Everything else here is private to this folder.
import { getServers } from 'node:dns'
import { LRUCache } from 'lru-cache'
import type { Ctx } from '#platform/context.ts'
import type { Service } from '#platform/http/service.ts'
import type { Platform } from '#platform/platform.ts'
import { agentRules } from './agents/policy.ts'
import { agentRoutes } from './agents/routes.ts'
import { availabilityZoneRules } from './availability-zones/policy.ts'
import { availabilityZoneRoutes } from './availability-zones/routes.ts'
import type { Deps } from './deps.ts'
import type { Fabric } from './drivers/driver.ts'
import { createOvnFabric } from './drivers/ovn/fabric.ts'
import { createSimulatedFabric } from './drivers/simulated/fabric.ts'
import { networkWire } from './errors.ts'
import { extensionRoutes } from './extensions/routes.ts'
import { createWake, FABRIC_RECONCILER, FABRIC_TOPIC } from './fabric/changes.ts'
import { createPortStateSink } from './fabric/port-status.ts'
import {
  AUDIT_RECONCILER,
  compareFabric,
  createAuditReconciler,
  createFabricReconciler,
  type FabricDifference,
} from './fabric/reconcile.ts'
import { gatewaysMoved } from './fabric/gateways.ts'
import { floatingIpRules } from './floatingips/policy.ts'
import { floatingIpRoutes } from './floatingips/routes.ts'
import { networkMigrations } from './migrations/index.ts'
import { networkIpAvailabilityRules } from './network-ip-availabilities/policy.ts'
import { networkIpAvailabilityRoutes } from './network-ip-availabilities/routes.ts'
import { networkRules } from './networks/policy.ts'
import { listExternalNetworks } from './networks/store.ts'
import { networkRoutes } from './networks/routes.ts'
import { baseRules, fieldChecks } from './policy.ts'
import { createPortTexts } from './ports/operations/list-texts.ts'
import { listServerPortOwners } from './ports/store.ts'
import { portRules } from './ports/policy.ts'
import { portRoutes } from './ports/routes.ts'
import { quotaRules } from './quotas/policy.ts'
import { quotaRoutes } from './quotas/routes.ts'
import { routerRules } from './routers/policy.ts'
import { routerRoutes } from './routers/routes.ts'
import { securityGroupRuleRules } from './security-group-rules/policy.ts'
import { securityGroupRuleRoutes } from './security-group-rules/routes.ts'
import { createSecurityGroupsDoor, type SecurityGroupsDoor } from './security-groups/door.ts'
import { securityGroupRules } from './security-groups/policy.ts'
import { securityGroupRoutes } from './security-groups/routes.ts'
import * as serverPorts from './server-ports/operations.ts'
import type { ServerPort } from './server-ports/read.ts'
import { serviceProviderRules } from './service-providers/policy.ts'
import { serviceProviderRoutes } from './service-providers/routes.ts'
import { subnetPoolRules } from './subnetpools/policy.ts'
import { subnetPoolRoutes } from './subnetpools/routes.ts'
import { subnetRules } from './subnets/policy.ts'
import { subnetRoutes } from './subnets/routes.ts'
import { tagRoutes } from './tags/routes.ts'
import { versionRoutes } from './versions.ts'

export type { PlannedPort, PortRequest, ServerOfPorts, WantedPorts } from './server-ports/operations.ts'
export type { ServerPort } from './server-ports/read.ts'

/** The network as the composition root sees it; compute gets its functions. */
export type Network = {
  readonly service: Service
  /** Checks what a server asks for before anything is made; resolves "auto". */
  readonly planPorts: (
    ctx: Ctx,
    wanted: serverPorts.WantedPorts,
    servers: number,
  ) => Promise<readonly serverPorts.PlannedPort[]>
  /** Ids of the caller's security groups by name or id. */
  readonly resolveSecurityGroups: (
    ctx: Ctx,
    names: readonly string[],
  ) => Promise<readonly { readonly id: string; readonly name: string }[]>
  /** Makes or takes a server's ports and binds them to its host. Idempotent by port id. */
  readonly allocatePorts: (
    ctx: Ctx,
    server: serverPorts.ServerOfPorts,
    ports: readonly serverPorts.PortRequest[],
    securityGroupIds: readonly string[],
  ) => Promise<readonly ServerPort[]>
  /** Deletes the ports made for a server, and lets go of the others. Idempotent. */
  readonly releasePorts: (ctx: Ctx, serverId: string) => Promise<void>
  readonly releasePort: (ctx: Ctx, portId: string) => Promise<void>
  readonly listServerPorts: (ctx: Ctx, serverId: string) => Promise<readonly ServerPort[]>
  /** The server that has the address on the network: whose metadata is asked for. */
  readonly findServerByAddress: (ctx: Ctx, networkId: string, address: string) => Promise<string | null>
  /** Networks that floating IPs come from. */
  readonly listExternalNetworks: (ctx: Ctx) => Promise<readonly { readonly id: string; readonly name: string }[]>
  /** Security groups, for compute's older API. */
  readonly securityGroups: SecurityGroupsDoor
  readonly audit: NetworkAudit
}

/** What the operator's doctor asks of the network. */
export type NetworkAudit = {
  readonly listServerPortOwners: (ctx: Ctx) => Promise<readonly { readonly id: string; readonly device_id: string }[]>
  /** Objects of which database and fabric disagree; null while the fabric cannot be reached. */
  readonly compareFabric: (ctx: Ctx) => Promise<readonly FabricDifference[] | null>
  /** Makes the fabric as the database says. */
  readonly repairFabric: (ctx: Ctx) => Promise<void>
}

const PHYSICAL_MTU = 1500
const MAX_HINTS = 10_000

/** Resolvers of this machine that its guests can use too. */
const resolvers = (): string[] => getServers().filter((server) => !server.startsWith('127.') && server !== '::1')

function createFabric({ config, log }: Platform): Fabric {
  if (config.network === 'ovn') {
    return createOvnFabric({ ...config.ovn, warn: (message, error) => log.warn({ err: error }, message) })
  }
  const names = Array.from({ length: config.simulated.hosts }, (_, at) => `sim-${at + 1}`)
  return createSimulatedFabric({ hosts: () => names })
}

/**
 * Makes the network service.
 * @param context a context of the cloud itself, for what the fabric tells
 */
export function createNetwork(
  platform: Platform,
  context: () => Ctx,
  fabric: Fabric = createFabric(platform),
): Network {
  const hints = new LRUCache<string, string>({ max: MAX_HINTS })
  const deps: Deps = {
    platform,
    fabric,
    settings: { bridgeMappings: platform.config.bridge_mappings, dnsServers: resolvers(), physicalMtu: PHYSICAL_MTU },
    wake: createWake(platform.work.activate),
    hints: { get: (id) => hints.get(id), set: (id, key) => void hints.set(id, key) },
  }
  const states = createPortStateSink(deps, context)
  const { work, bus } = platform
  const fabricReconcilers = [createFabricReconciler(deps), createAuditReconciler(deps)]
  const unsubscribe: (() => Promise<void>)[] = []

  return {
    service: {
      api: {
        type: 'network',
        name: 'neutron',
        port: 9696,
        catalogPath: '',
        wire: networkWire,
        routes: [
          ...versionRoutes,
          ...extensionRoutes,
          ...networkRoutes(deps),
          ...subnetRoutes(deps),
          ...subnetPoolRoutes,
          ...portRoutes(deps, createPortTexts()),
          ...routerRoutes(deps),
          ...floatingIpRoutes(deps),
          ...securityGroupRoutes(deps),
          ...securityGroupRuleRoutes(deps),
          ...tagRoutes,
          ...quotaRoutes,
          ...agentRoutes(deps),
          ...availabilityZoneRoutes(deps),
          ...networkIpAvailabilityRoutes,
          ...serviceProviderRoutes,
        ],
      },
      rules: [
        ...baseRules,
        ...networkRules,
        ...subnetRules,
        ...subnetPoolRules,
        ...portRules,
        ...routerRules,
        ...floatingIpRules,
        ...securityGroupRules,
        ...securityGroupRuleRules,
        ...quotaRules,
        ...agentRules,
        ...availabilityZoneRules,
        ...networkIpAvailabilityRules,
        ...serviceProviderRules,
      ],
      checkExtensions: fieldChecks,
      migrations: networkMigrations,
      sagas: [],
      reconcilers: fabricReconcilers,
      start: async () => {
        unsubscribe.push(await bus.subscribe(FABRIC_TOPIC, () => work.activate(FABRIC_RECONCILER)))
        fabric.listen({
          portStatus: states.note,
          ready: () => {
            work.activate(FABRIC_RECONCILER)
            work.activate(AUDIT_RECONCILER)
          },
          chassis: () => gatewaysMoved(context(), deps),
        })
        fabric.open()
      },
      stop: async () => {
        for (const stop of unsubscribe) await stop()
        fabric.close()
        await states.settled()
      },
    },
    planPorts: serverPorts.planPorts,
    resolveSecurityGroups: (ctx, names) => serverPorts.resolveSecurityGroups(ctx, deps, names),
    allocatePorts: (ctx, server, ports, groups) => serverPorts.allocatePorts(ctx, deps, server, ports, groups),
    releasePorts: (ctx, serverId) => serverPorts.releasePorts(ctx, deps, serverId),
    releasePort: (ctx, portId) => serverPorts.releasePort(ctx, deps, portId),
    listServerPorts: serverPorts.listServerPorts,
    securityGroups: createSecurityGroupsDoor(deps),
    findServerByAddress: serverPorts.findServerByAddress,
    listExternalNetworks,
    audit: {
      listServerPortOwners,
      compareFabric: (ctx) => compareFabric(ctx, deps),
      repairFabric: async (ctx) => {
        for (const reconciler of fabricReconcilers) await reconciler.run(ctx)
      },
    },
  }
}
