// Writes ports, with addresses and memberships, inside the transaction of whoever needs them: a user, a router, a floating IP, a
// network's own metadata port, a server.
import { randomBytes } from 'node:crypto'
import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isTransient, isUniqueViolation } from '#platform/db/failures.ts'
import type { FixedIpRequest } from '../../attributes/addresses.ts'
import type { Deps } from '../../deps.ts'
import { neutronError } from '../../errors.ts'
import { fabricChanged } from '../../fabric/changes.ts'
import { type Allocator, createAllocator } from '../../ip-allocations/operations.ts'
import { type IpAllocationRow, insertAllocations } from '../../ip-allocations/store.ts'
import { newStandard } from '../../standard.ts'
import { listSubnetsOf } from '../../subnets/store.ts'
import { checkProtection, completePairs } from '../rules.ts'
import type { DhcpOption } from '../schemas.ts'
import { findPortByMac, insertPortSecurityGroups, insertPorts, type PortRow } from '../store.ts'

/** A port to be. */
export type NewPort = {
  readonly id: string
  readonly networkId: string
  readonly projectId: string
  readonly name?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly adminStateUp?: boolean
  readonly macAddress?: string | undefined
  /** Undefined: one address of each IP version that the network has. */
  readonly fixedIps?: readonly FixedIpRequest[] | undefined
  readonly deviceId: string
  readonly deviceOwner: string
  readonly portSecurity: boolean
  readonly securityGroups: readonly string[]
  readonly addressPairs?: readonly { readonly ip_address: string; readonly mac_address?: string }[] | undefined
  readonly dhcpOptions?: readonly DhcpOption[]
  readonly hostId?: string | undefined
  readonly vnicType?: string
  readonly profile?: object | undefined
  readonly status?: string
  readonly madeFor?: string
}

const MAX_TRIES = 10

/** Runs a transaction again when another one took the same address, MAC or segment first. */
export async function inRetriedTransaction<T>(ctx: Ctx, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  if (ctx.db.transaction !== null) return work(ctx)
  for (let tries = 1; ; tries++) {
    try {
      return await inTransaction(ctx, work)
    } catch (error) {
      if (tries === MAX_TRIES || !(isUniqueViolation(error) || isTransient(error))) throw error
    }
  }
}

/** A MAC of the range that OpenStack uses. */
function newMac(taken: Set<string>): string {
  for (;;) {
    const bytes = randomBytes(3).toString('hex')
    const mac = `fa:16:3e:${bytes.slice(0, 2)}:${bytes.slice(2, 4)}:${bytes.slice(4, 6)}`
    if (taken.has(mac)) continue
    taken.add(mac)
    return mac
  }
}

/** How a port is plugged on its host, as `binding:vif_*` shows it. */
export function bindingOf({ fabric }: Deps, hostId: string): Pick<PortRow, 'host_id' | 'vif_type' | 'vif_details'> {
  if (hostId === '') return { host_id: '', vif_type: 'unbound', vif_details: '{}' }
  if (!fabric.canBind(hostId)) return { host_id: hostId, vif_type: 'binding_failed', vif_details: '{}' }
  return { host_id: hostId, vif_type: fabric.vif.type, vif_details: JSON.stringify(fabric.vif.details) }
}

/** Addresses as the API shows them. */
export const shownFixedIps = (rows: readonly IpAllocationRow[]): string =>
  JSON.stringify(rows.map(({ subnet_id, ip_address }) => ({ subnet_id, ip_address })))

function toRow(
  ctx: Ctx,
  deps: Deps,
  port: NewPort,
  macAddress: string,
  addresses: readonly IpAllocationRow[],
): PortRow {
  const pairs = completePairs(port.addressPairs ?? [], macAddress)
  checkProtection({
    portSecurity: port.portSecurity,
    securityGroups: port.securityGroups,
    pairs,
  })
  return {
    id: port.id,
    project_id: port.projectId,
    name: port.name ?? '',
    description: port.description ?? '',
    ...newStandard(ctx.now, 1),
    tags: JSON.stringify(port.tags ?? []),
    network_id: port.networkId,
    mac_address: macAddress,
    admin_state_up: (port.adminStateUp ?? true) ? 1 : 0,
    status: port.status ?? 'DOWN',
    device_id: port.deviceId,
    device_owner: port.deviceOwner,
    fixed_ips: shownFixedIps(addresses),
    security_groups: JSON.stringify(port.securityGroups),
    allowed_address_pairs: JSON.stringify(pairs),
    extra_dhcp_opts: JSON.stringify(port.dhcpOptions ?? []),
    port_security_enabled: port.portSecurity ? 1 : 0,
    vnic_type: port.vnicType ?? 'normal',
    profile: JSON.stringify(port.profile ?? {}),
    made_for: port.madeFor ?? null,
    ...bindingOf(deps, port.hostId ?? ''),
  }
}

/**
 * Inserts ports. Must run inside a transaction; the caller has decided that they may be.
 * @throws conflict (MAC or address taken, none left), badRequest (address that is not the network's)
 */
export async function insertNewPorts(ctx: Ctx, deps: Deps, ports: readonly NewPort[]): Promise<PortRow[]> {
  const allocators = new Map<string, Allocator>()
  const subnets = Map.groupBy(
    await listSubnetsOf(ctx, [...new Set(ports.map((port) => port.networkId))]),
    (subnet) => subnet.network_id,
  )
  const macs = new Set<string>()
  const rows: PortRow[] = []
  const addresses: IpAllocationRow[] = []
  for (const port of ports) {
    const { networkId } = port
    let allocator = allocators.get(networkId)
    if (allocator === undefined) {
      allocator = createAllocator(ctx, networkId, subnets.get(networkId) ?? [], deps.hints)
      allocators.set(networkId, allocator)
    }
    if (port.macAddress !== undefined) {
      const taken = macs.has(port.macAddress) || (await findPortByMac(ctx, networkId, port.macAddress))
      if (taken) throw macInUse(networkId, port.macAddress)
      macs.add(port.macAddress)
    }
    const macAddress = port.macAddress ?? newMac(macs)
    const holder = { id: port.id, macAddress, deviceOwner: port.deviceOwner }
    const own = await allocator.allocate(holder, port.fixedIps)
    rows.push(toRow(ctx, deps, port, macAddress, own))
    addresses.push(...own)
  }
  await insertPorts(ctx, rows)
  await insertAllocations(ctx, addresses)
  await insertPortSecurityGroups(
    ctx,
    ports.flatMap(({ id, securityGroups }) =>
      securityGroups.map((group) => ({ port_id: id, security_group_id: group })),
    ),
  )
  const shown = ports.filter((port) => port.deviceOwner !== 'network:floatingip')
  await fabricChanged(
    ctx,
    deps,
    shown.map(({ id }) => ({ kind: 'port' as const, id })),
  )
  return rows
}

export const macInUse = (networkId: string, mac: string): Error =>
  neutronError(
    'conflict',
    'MacAddressInUse',
    `Unable to complete operation for network ${networkId}. The mac address ${mac} is in use.`,
  )
