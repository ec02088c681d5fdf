import type { Ctx } from '#platform/context.ts'
import type { FixedIpRequest } from '../../attributes/addresses.ts'
import { authorizeItem, readUpdate } from '../../attributes/body.ts'
import type { Deps } from '../../deps.ts'
import { networkNotFound, neutronError, revisionMismatch } from '../../errors.ts'
import { fabricChanged } from '../../fabric/changes.ts'
import { refreshFloatingIps } from '../../floatingips/operations/associate.ts'
import { createAllocator } from '../../ip-allocations/operations.ts'
import { isAutoAddress } from '../../ip-allocations/rules.ts'
import {
  deleteAllocationsOfPorts,
  type IpAllocationRow,
  insertAllocations,
  listAllocationsOfPort,
} from '../../ip-allocations/store.ts'
import { findNetworks } from '../../networks/store.ts'
import { serverPortsChanged } from '../../server-ports/events.ts'
import { listSubnetsOf } from '../../subnets/store.ts'
import { checkProtection, completePairs, isRouterPort, mergeDhcpOptions } from '../rules.ts'
import { type AddressPair, portResource, type UpdatePort } from '../schemas.ts'
import { findPortByMac, type PortRow, replacePortSecurityGroups, updatePort as updateRow } from '../store.ts'
import { portTarget, refuseUnknownGroups } from './create.ts'
import { getPort } from './get.ts'
import { bindingOf, inRetriedTransaction, macInUse, shownFixedIps } from './insert.ts'

type Columns = Partial<Omit<PortRow, 'id'>>

/** Columns that are the attributes as they come. */
function plainChanges(values: UpdatePort): Columns {
  return {
    ...(values.name === undefined ? {} : { name: values.name }),
    ...(values.description === undefined ? {} : { description: values.description }),
    ...(values.admin_state_up === undefined ? {} : { admin_state_up: values.admin_state_up ? 1 : 0 }),
    ...(values.device_id === undefined ? {} : { device_id: values.device_id }),
    ...(values.device_owner === undefined ? {} : { device_owner: values.device_owner }),
    ...(values['binding:vnic_type'] === undefined ? {} : { vnic_type: values['binding:vnic_type'] }),
    ...(values['binding:profile'] === undefined ? {} : { profile: JSON.stringify(values['binding:profile']) }),
  }
}

/** Gives the port the addresses that are asked for, or those it has for a new MAC; those it has and asks for again stay. */
async function changeAddresses(ctx: Ctx, deps: Deps, row: PortRow, values: UpdatePort): Promise<IpAllocationRow[]> {
  const own = await listAllocationsOfPort(ctx, row.id)
  const subnets = await listSubnetsOf(ctx, [row.network_id])
  const allocator = createAllocator(ctx, row.network_id, subnets, deps.hints)
  const made = new Set(subnets.filter(isAutoAddress).map(({ id }) => id))
  const wanted: readonly FixedIpRequest[] = values.fixed_ips ?? own.filter((each) => !made.has(each.subnet_id))
  // "An address of this subnet" is fulfilled by one that the port has, unless it is asked for by itself.
  const named = new Set(wanted.map((request) => request.ip_address))
  const free = own.filter((each) => !named.has(each.ip_address))
  const requests = wanted.map((request) => {
    if (request.ip_address !== undefined || request.subnet_id === undefined) return request
    const at = free.findIndex((each) => each.subnet_id === request.subnet_id)
    const [kept] = at < 0 ? [] : free.splice(at, 1)
    return kept === undefined ? request : { subnet_id: kept.subnet_id, ip_address: kept.ip_address }
  })
  const holder = {
    id: row.id,
    macAddress: values.mac_address ?? row.mac_address,
    deviceOwner: values.device_owner ?? row.device_owner,
  }
  const rows = await allocator.allocate(holder, requests, own)
  await deleteAllocationsOfPorts(ctx, [row.id])
  await insertAllocations(ctx, rows)
  return rows
}

async function changeMac(ctx: Ctx, row: PortRow, mac: string): Promise<Columns> {
  if (mac === row.mac_address) return {}
  if (row.vif_type !== 'unbound' && row.vif_type !== 'binding_failed') {
    throw neutronError(
      'conflict',
      'PortBound',
      `Unable to complete operation on port ${row.id}, port is already bound, port type: ${row.vif_type}, old_mac ${row.mac_address}, new_mac ${mac}.`,
    )
  }
  if (await findPortByMac(ctx, row.network_id, mac)) throw macInUse(row.network_id, mac)
  return { mac_address: mac }
}

async function changeProtection(ctx: Ctx, row: PortRow, values: UpdatePort): Promise<Columns> {
  const { security_groups: groups, allowed_address_pairs: pairs, port_security_enabled: security } = values
  if (groups === undefined && pairs === undefined && security === undefined) return {}
  const before: string[] = JSON.parse(row.security_groups)
  const oldPairs: AddressPair[] = JSON.parse(row.allowed_address_pairs)
  const portSecurity = security ?? row.port_security_enabled === 1
  const nowPairs = pairs === undefined ? oldPairs : completePairs(pairs, values.mac_address ?? row.mac_address)
  const nowGroups = groups ?? before
  if (security === false && groups === undefined && before.length > 0) {
    throw neutronError(
      'conflict',
      'PortSecurityPortHasSecurityGroup',
      'Port has security group associated. Cannot disable port security or IP address until security group is removed.',
    )
  }
  checkProtection({ portSecurity, securityGroups: nowGroups, pairs: nowPairs })
  if (groups !== undefined) {
    await refuseUnknownGroups(ctx, groups, row.project_id)
    await replacePortSecurityGroups(ctx, row.id, groups)
  }
  return {
    security_groups: JSON.stringify(nowGroups),
    allowed_address_pairs: JSON.stringify(nowPairs),
    port_security_enabled: portSecurity ? 1 : 0,
  }
}

/** Applies checked changes to a port, inside a transaction, and tells the fabric. */
export async function applyPortChanges(ctx: Ctx, deps: Deps, row: PortRow, values: UpdatePort): Promise<void> {
  const changes: Columns = plainChanges(values)
  if (values.mac_address !== undefined) Object.assign(changes, await changeMac(ctx, row, values.mac_address))
  if (values.fixed_ips !== undefined || changes.mac_address !== undefined) {
    changes.fixed_ips = shownFixedIps(await changeAddresses(ctx, deps, row, values))
  }
  if (values.extra_dhcp_opts !== undefined) {
    const options = mergeDhcpOptions(JSON.parse(row.extra_dhcp_opts), values.extra_dhcp_opts)
    changes.extra_dhcp_opts = JSON.stringify(options)
  }
  Object.assign(changes, await changeProtection(ctx, row, values))
  const host = values['binding:host_id']
  if (host !== undefined && host !== row.host_id) Object.assign(changes, bindingOf(deps, host))
  if (changes.host_id === '') changes.status = 'DOWN'
  await updateRow(ctx, row.id, changes)
  if (changes.fixed_ips !== undefined) await refreshFloatingIps(ctx, deps, row.id, changes.fixed_ips)
  const router = isRouterPort(row.device_owner) ? [{ kind: 'router' as const, id: row.device_id }] : []
  await fabricChanged(ctx, deps, [{ kind: 'port', id: row.id }, ...router])
}

/**
 * Changes a port.
 * @throws notFound, forbidden, conflict, badRequest, preconditionFailed
 */
export function updatePort(ctx: Ctx, deps: Deps, id: string, body: unknown, revision: number | null): Promise<PortRow> {
  const update = readUpdate(ctx, portResource, body)
  return inRetriedTransaction(ctx, async (tx) => {
    const row = await getPort(tx, id)
    const [network] = await findNetworks(tx, [row.network_id])
    if (network === undefined) throw networkNotFound(row.network_id)
    const owner = update.values.device_owner ?? row.device_owner
    authorizeItem(ctx, 'update_port', portResource, update, portTarget({ ...row, device_owner: owner }, network))
    if (revision !== null && revision !== row.revision_number) throw revisionMismatch(revision, row.revision_number)
    await applyPortChanges(tx, deps, row, update.values)
    serverPortsChanged(tx, deps, [row])
    return getPort(tx, id)
  })
}
