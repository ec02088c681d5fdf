// What a subnet does to ports that are there already: the metadata port takes an address where there is DHCP, and hosts of a subnet
// with automatic addresses have theirs at once.
import { eui64Address, formatAddress, sortKey } from '#lib/cidr/cidr.ts'
import type { Ctx } from '#platform/context.ts'
import type { Deps } from '../../deps.ts'
import { fabricChanged } from '../../fabric/changes.ts'
import { createAllocator } from '../../ip-allocations/operations.ts'
import { isAutoAddress, knownCidr } from '../../ip-allocations/rules.ts'
import { insertAllocations, listAllocationsOfPort } from '../../ip-allocations/store.ts'
import { CloudError } from '#platform/errors.ts'
import { shownFixedIps } from '../../ports/operations/insert.ts'
import { isRouterPort } from '../../ports/rules.ts'
import { listMetadataPorts, listPortsOfNetwork, type PortRow, updatePort } from '../../ports/store.ts'
import type { SubnetRow } from '../store.ts'

async function showAddresses(ctx: Ctx, deps: Deps, port: PortRow): Promise<void> {
  await updatePort(ctx, port.id, { fixed_ips: shownFixedIps(await listAllocationsOfPort(ctx, port.id)) })
  await fabricChanged(ctx, deps, [{ kind: 'port', id: port.id }])
}

/** Gives the network's metadata port an address of the subnet; a subnet without room does without. */
export async function addMetadataAddress(ctx: Ctx, deps: Deps, subnet: SubnetRow): Promise<void> {
  const [port] = await listMetadataPorts(ctx, [subnet.network_id])
  if (port === undefined || subnet.ip_version !== 4) return
  const own = await listAllocationsOfPort(ctx, port.id)
  if (own.some((row) => row.subnet_id === subnet.id)) return
  const holder = { id: port.id, macAddress: port.mac_address, deviceOwner: port.device_owner }
  const allocator = createAllocator(ctx, subnet.network_id, [subnet], deps.hints)
  try {
    await insertAllocations(ctx, await allocator.allocate(holder, [{ subnet_id: subnet.id }]))
  } catch (error) {
    if (error instanceof CloudError && error.code === 'IpAddressGenerationFailure') return
    throw error
  }
  await showAddresses(ctx, deps, port)
}

/** Gives every host port of the network its automatic address of the subnet. */
export async function addAutomaticAddresses(ctx: Ctx, deps: Deps, subnet: SubnetRow): Promise<void> {
  if (!isAutoAddress(subnet)) return
  for (const port of await listPortsOfNetwork(ctx, subnet.network_id)) {
    if (isRouterPort(port.device_owner) || port.device_owner === 'network:distributed') continue
    const address = eui64Address(knownCidr(subnet.cidr), port.mac_address)
    await insertAllocations(ctx, [
      {
        subnet_id: subnet.id,
        ip_key: sortKey(address),
        ip_address: formatAddress(address),
        port_id: port.id,
        network_id: subnet.network_id,
      },
    ])
    await showAddresses(ctx, deps, port)
  }
}

/** Shows on ports that their addresses of a subnet have gone. */
export async function forgetAddresses(ctx: Ctx, deps: Deps, ports: readonly PortRow[]): Promise<void> {
  for (const port of ports) await showAddresses(ctx, deps, port)
}
