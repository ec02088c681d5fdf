// The door of compute, and how its parts are put together.
import { hostname } from 'node:os'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Ctx } from '#platform/context.ts'
import { badRequest } from '#platform/errors.ts'
import { createKeptLists } from '#platform/http/kept-lists.ts'
import type { Service } from '#platform/http/service.ts'
import { newUuid } from '#platform/ids.ts'
import type { Platform } from '#platform/platform.ts'
import type { ComputeDoors } from './doors.ts'
import { hostFacts } from './drivers/driver.ts'
import { computeWire } from './errors.ts'
import { aggregateRules } from './aggregates/policy.ts'
import { aggregateRoutes } from './aggregates/routes.ts'
import { extensionRules } from './extensions/policy.ts'
import { extensionRoutes } from './extensions/routes.ts'
import { flavorRules } from './flavors/policy.ts'
import { flavorRoutes } from './flavors/routes.ts'
import { floatingIpPoolRules } from './floating-ip-pools/policy.ts'
import { floatingIpPoolRoutes } from './floating-ip-pools/routes.ts'
import { zoneRules } from './availability-zones/policy.ts'
import { zoneRoutes } from './availability-zones/routes.ts'
import { createHosts, simulatedPrefix } from './hosts.ts'
import { hostRules } from './hosts/policy.ts'
import { hostRoutes } from './hosts/routes.ts'
import { hypervisorRules } from './hypervisors/policy.ts'
import { hypervisorRoutes } from './hypervisors/routes.ts'
import { createReports } from './hypervisors/report.ts'
import { instanceActionRules } from './instance-actions/policy.ts'
import { instanceActionRoutes } from './instance-actions/routes.ts'
import { type InstanceActionRow, listActionsOfRequest } from './instance-actions/store.ts'
import { createInterfaces } from './interfaces/operations.ts'
import { interfaceRules } from './interfaces/policy.ts'
import { interfaceRoutes } from './interfaces/routes.ts'
import { keypairRules } from './keypairs/policy.ts'
import { keypairRoutes } from './keypairs/routes.ts'
import { answerMetadata, metadataRequest } from './metadata/operations.ts'
import { computeMigrations } from './migrations/index.ts'
import { baseRules } from './policy.ts'
import { quotaRules } from './quotas/policy.ts'
import { quotaRoutes } from './quotas/routes.ts'
import { securityGroupRules } from './security-groups/policy.ts'
import { securityGroupRoutes } from './security-groups/routes.ts'
import { serverGroupRules } from './server-groups/policy.ts'
import { serverGroupRoutes } from './server-groups/routes.ts'
import { serverIpRules } from './server-ips/policy.ts'
import { serverIpRoutes } from './server-ips/routes.ts'
import { serverMetadataRules } from './server-metadata/policy.ts'
import { serverMetadataRoutes } from './server-metadata/routes.ts'
import { serverTagRules } from './server-tags/policy.ts'
import { serverTagRoutes } from './server-tags/routes.ts'
import { consoleOutputAction } from './servers/actions/console-output.ts'
import { lockActions } from './servers/actions/lock.ts'
import { powerActions } from './servers/actions/power.ts'
import { refreshCards } from './servers/cards.ts'
import { securityGroupActions } from './servers/actions/security-groups.ts'
import { createServerAudit, type ServerAudit } from './servers/audit.ts'
import { explainServer } from './servers/explain.ts'
import { createServerDeletion } from './servers/operations/change.ts'
import { createServerCreation } from './servers/operations/create.ts'
import { findAnyServer } from './servers/store/read.ts'
import { serverRules } from './servers/policy.ts'
import { createPowerStates, restoreSimulatedGuests } from './servers/reconcile.ts'
import { serverRoutes } from './servers/routes.ts'
import { createServersSaga } from './servers/sagas/create.ts'
import { deleteServerSaga } from './servers/sagas/delete.ts'
import { attachSaga, detachSaga } from './servers/sagas/interfaces.ts'
import { powerSaga } from './servers/sagas/power.ts'
import { serviceRules } from './services/policy.ts'
import { serviceRoutes } from './services/routes.ts'
import { touchHosts, touchService } from './services/store.ts'
import { usageRules } from './usages/policy.ts'
import { usageRoutes } from './usages/routes.ts'
import { computeVersions, rewriteUrl, versionRoutes } from './versions.ts'

export type { BootImage, Candidate, ComputeDoors, PlacementDoor } from './doors.ts'

const heartbeatMs = 10_000
const report = Type.Object({ facts: hostFacts, guests: Type.String({ maxLength: 64 }) })
const portEvent = Type.Object({ serverId: Type.String() })

/** Compute as the composition root sees it. */
export type Compute = {
  readonly service: Service
  readonly audit: ServerAudit
  /** What was asked of servers by a request. */
  readonly listActionsOfRequest: (ctx: Ctx, requestId: string) => Promise<readonly InstanceActionRow[]>
  readonly explainServer: typeof explainServer
}

/** Makes the compute service. */
export function createCompute(platform: Platform, doors: ComputeDoors, context: () => Ctx): Compute {
  const hosts = createHosts(platform)
  const takeReport = createReports(platform, doors.placement)
  const create = createServersSaga(doors, hosts)
  const remove = deleteServerSaga(doors, hosts)
  const flavorLists = createKeptLists(platform.bus, 'compute.flavors')
  const power = powerSaga(doors, hosts)
  const attach = attachSaga(doors, hosts)
  const detach = detachSaga(doors, hosts)
  const powerStates = createPowerStates(hosts)
  const controllerHost = platform.config.host || hostname()

  const refreshServer = async (ctx: Ctx, id: string): Promise<void> => {
    try {
      const row = await findAnyServer(ctx, id)
      // What is being built or deleted gets its cards from the work that does it.
      if (row && row.deleted_at === null && row.vm_state !== 'building') await refreshCards(ctx, doors, id)
    } catch (error) {
      ctx.log.warn({ err: error, server: id }, "the server's addresses could not be refreshed")
    }
  }

  // What each host said of its guests when they were last looked at.
  const seen = new Map<string, string>()
  /** Looks at the guests of a host that was away, or says that they are not as they were. */
  const lookAtGuests = (host: string, guests: string): void => {
    if (!hosts.away.delete(host) && seen.get(host) === guests) return
    seen.set(host, guests)
    const ctx = context()
    powerStates.reconcileHost(ctx, host).catch((error: unknown) => {
      seen.delete(host)
      ctx.log.warn({ host, err: error }, 'the guests of a host could not be looked at')
    })
  }

  /** The controller's own services, and the simulated hosts', show that they are alive. */
  const heartbeat = {
    name: 'compute.heartbeat',
    everyMs: heartbeatMs,
    run: async (ctx: Ctx) => {
      for (const binary of ['nova-scheduler', 'nova-conductor'])
        await touchService(ctx, newUuid(), controllerHost, binary)
      if (hosts.simulated.size > 0) await touchHosts(ctx, simulatedPrefix)
      return { hosts: hosts.simulated.size }
    },
  }

  const service: Service = {
    api: {
      type: 'compute',
      name: 'nova',
      port: 8774,
      catalogPath: '/v2.1',
      wire: computeWire,
      microversions: computeVersions,
      validatesFirst: true,
      rewriteUrl,
      routes: [
        ...versionRoutes,
        ...extensionRoutes,
        ...floatingIpPoolRoutes(doors.network),
        ...flavorRoutes(doors.identity, flavorLists),
        ...keypairRoutes,
        ...serviceRoutes,
        ...hypervisorRoutes,
        ...hostRoutes,
        ...zoneRoutes,
        ...aggregateRoutes(doors.placement),
        ...quotaRoutes(doors.identity),
        ...serverRoutes({
          create: createServerCreation(platform, doors, create),
          delete: createServerDeletion(platform, remove),
          actions: [
            ...powerActions(platform.work, power),
            ...lockActions,
            consoleOutputAction(hosts),
            ...securityGroupActions(doors),
          ],
        }),
        ...interfaceRoutes(createInterfaces(platform, doors, attach, detach)),
        ...securityGroupRoutes(doors.network),
        ...instanceActionRoutes,
        ...serverGroupRoutes,
        ...serverIpRoutes,
        ...serverMetadataRoutes,
        ...serverTagRoutes,
        ...usageRoutes,
      ],
    },
    rules: [
      ...baseRules,
      ...extensionRules,
      ...floatingIpPoolRules,
      ...flavorRules,
      ...keypairRules,
      ...serviceRules,
      ...hypervisorRules,
      ...hostRules,
      ...zoneRules,
      ...aggregateRules,
      ...quotaRules,
      ...serverRules,
      ...interfaceRules,
      ...securityGroupRules,
      ...instanceActionRules,
      ...serverGroupRules,
      ...serverIpRules,
      ...serverMetadataRules,
      ...serverTagRules,
      ...usageRules,
    ],
    migrations: computeMigrations,
    sagas: [create, remove, power, attach, detach],
    reconcilers: [heartbeat, powerStates.reconciler],
    stop: flavorLists.close,
    start: async (ctx) => {
      await restoreSimulatedGuests(ctx, hosts)
      for (const driver of hosts.simulated.values()) await takeReport(ctx, await driver.facts())
      await platform.bus.serve('compute', {
        report: async (args) => {
          if (!Value.Check(report, args)) throw badRequest('not a report of a host')
          await takeReport(context(), args.facts)
          lookAtGuests(args.facts.host, args.guests)
          return null
        },
        metadata: async (args) => {
          if (!Value.Check(metadataRequest, args)) throw badRequest('not a request for metadata')
          return answerMetadata(context(), doors.network, args)
        },
      })
      // The network tells of ports whose addresses or state have changed; what servers remember of them follows.
      await platform.bus.subscribe('network.ports', (message) => {
        if (Value.Check(portEvent, message)) void refreshServer(context(), message.serverId)
      })
    },
  }
  return { service, audit: createServerAudit(doors, hosts, powerStates), listActionsOfRequest, explainServer }
}
