import type { Ctx } from '#platform/context.ts'
import { newUuid } from '#platform/ids.ts'
import { authorizeItem, type NewItem, readCreate } from '../../attributes/body.ts'
import type { Deps } from '../../deps.ts'
import { networkNotFound, securityGroupNotFound } from '../../errors.ts'
import { findNetwork, type NetworkRow } from '../../networks/store.ts'
import { enforceQuota } from '../../quotas/operations.ts'
import { ensureDefaultGroup } from '../../security-groups/operations.ts'
import { findSecurityGroups } from '../../security-groups/store.ts'
import { isTrusted } from '../rules.ts'
import { portAttributes, portResource } from '../schemas.ts'
import type { PortRow } from '../store.ts'
import { inRetriedTransaction, insertNewPorts, type NewPort } from './insert.ts'

type PortItem = NewItem<typeof portAttributes>

/** What the rules of ports are asked about. */
export const portTarget = (
  port: { readonly project_id: string; readonly device_owner: string },
  network: NetworkRow,
) => ({
  ...port,
  tenant_id: port.project_id,
  network_id: network.id,
  'network:project_id': network.project_id,
  shared: network.shared === 1,
})

/** The security groups of a new port: those asked for, or its project's default group. */
async function groupsFor(ctx: Ctx, deps: Deps, item: PortItem, portSecurity: boolean): Promise<readonly string[]> {
  const { security_groups: asked, device_owner: owner } = item.values
  if (asked === undefined) {
    return portSecurity && !isTrusted(owner) ? [await ensureDefaultGroup(ctx, deps, item.projectId)] : []
  }
  await refuseUnknownGroups(ctx, asked, item.projectId)
  return asked
}

/** @throws notFound for a group that does not exist, or is another project's (unless the caller may use any) */
export async function refuseUnknownGroups(ctx: Ctx, ids: readonly string[], projectId: string): Promise<void> {
  const found = await findSecurityGroups(ctx, ids)
  const any = ctx.caller.roles.includes('admin')
  const usable = new Set(found.filter((row) => any || row.project_id === projectId).map((row) => row.id))
  const missing = ids.find((id) => !usable.has(id))
  if (missing !== undefined) throw securityGroupNotFound(missing)
}

async function toNewPort(ctx: Ctx, deps: Deps, item: PortItem, network: NetworkRow): Promise<NewPort> {
  const { values } = item
  const portSecurity =
    values.port_security_enabled ?? (!isTrusted(values.device_owner) && network.port_security_enabled === 1)
  return {
    id: newUuid(),
    networkId: network.id,
    projectId: item.projectId,
    name: values.name,
    description: values.description,
    tags: values.tags ?? [],
    adminStateUp: values.admin_state_up,
    macAddress: values.mac_address,
    fixedIps: values.fixed_ips,
    deviceId: values.device_id,
    deviceOwner: values.device_owner,
    portSecurity,
    securityGroups: await groupsFor(ctx, deps, item, portSecurity),
    addressPairs: values.allowed_address_pairs,
    dhcpOptions: values.extra_dhcp_opts,
    hostId: values['binding:host_id'],
    vnicType: values['binding:vnic_type'],
    profile: values['binding:profile'],
  }
}

/**
 * Creates the ports of a request, all or none.
 * @throws notFound (network, security group), conflict (quota, address, MAC), badRequest
 */
export async function createPorts(ctx: Ctx, deps: Deps, body: unknown): Promise<{ ports: PortRow[]; bulk: boolean }> {
  const { items, bulk } = readCreate(ctx, portResource, body)
  // Asked once for the record: a network that is not there is told before any rule.
  ctx.can('create_port', {})
  const ports = await inRetriedTransaction(ctx, async (tx) => {
    const networks = new Map<string, NetworkRow>()
    const made: NewPort[] = []
    for (const item of items) {
      const { network_id: networkId } = item.values
      const network = networks.get(networkId) ?? (await findNetwork(tx, networkId))
      if (network === undefined) throw networkNotFound(networkId)
      networks.set(networkId, network)
      const target = portTarget({ project_id: item.projectId, device_owner: item.values.device_owner }, network)
      authorizeItem(ctx, 'create_port', portResource, item, target)
      made.push(await toNewPort(tx, deps, item, network))
    }
    for (const [projectId, own] of Map.groupBy(made, (port) => port.projectId)) {
      await enforceQuota(tx, projectId, 'port', own.length)
    }
    return insertNewPorts(tx, deps, made)
  })
  return { ports, bulk }
}
