import { sizeOf } from '#lib/cidr/cidr.ts'
import type { Ctx } from '#platform/context.ts'
import { networkNotFound } from '../errors.ts'
import { knownCidr, poolRanges } from '../ip-allocations/rules.ts'
import { countBySubnet } from '../ip-allocations/store.ts'
import type { Listing } from '../listing/listing.ts'
import { findNetwork, listNetworks, type NetworkRow } from '../networks/store.ts'
import { listSubnetsOf, type SubnetRow } from '../subnets/store.ts'

/** How much of a network's address space is taken. Sizes are JSON numbers, of IPv6 too, as Neutron has them. */
export type IpAvailability = ReturnType<typeof viewAvailability>

function totalOf(subnet: SubnetRow): number {
  const pools = poolRanges(subnet.allocation_pools)
  const size = pools.length > 0 ? pools.reduce((sum, pool) => sum + sizeOf(pool), 0n) : sizeOf(knownCidr(subnet.cidr))
  return Number(size)
}

function viewAvailability(network: NetworkRow, subnets: readonly SubnetRow[], used: ReadonlyMap<string, number>) {
  const each = subnets.map((subnet) => ({
    subnet_id: subnet.id,
    subnet_name: subnet.name,
    ip_version: subnet.ip_version,
    cidr: subnet.cidr,
    total_ips: totalOf(subnet),
    used_ips: used.get(subnet.id) ?? 0,
  }))
  return {
    network_id: network.id,
    network_name: network.name,
    tenant_id: network.project_id,
    project_id: network.project_id,
    total_ips: each.reduce((sum, subnet) => sum + subnet.total_ips, 0),
    used_ips: each.reduce((sum, subnet) => sum + subnet.used_ips, 0),
    subnet_ip_availability: each,
  }
}

async function availabilityOf(ctx: Ctx, networks: readonly NetworkRow[]): Promise<IpAvailability[]> {
  const subnets = await listSubnetsOf(
    ctx,
    networks.map((network) => network.id),
  )
  const counts =
    subnets.length === 0
      ? []
      : await countBySubnet(
          ctx,
          subnets.map((subnet) => subnet.id),
        )
  const used = new Map(counts.map((row) => [row.subnet_id, row.used]))
  const byNetwork = Map.groupBy(subnets, (subnet) => subnet.network_id)
  return networks.map((network) => viewAvailability(network, byNetwork.get(network.id) ?? [], used))
}

/** Who may not see them sees none. */
export const listAvailabilities = async (ctx: Ctx, listing: Listing): Promise<IpAvailability[]> =>
  ctx.can('get_network_ip_availability') ? availabilityOf(ctx, await listNetworks(ctx, listing)) : []

/** @throws notFound */
export async function getAvailability(ctx: Ctx, id: string): Promise<IpAvailability> {
  const network = ctx.can('get_network_ip_availability') ? await findNetwork(ctx, id) : undefined
  const [found] = network === undefined ? [] : await availabilityOf(ctx, [network])
  if (found === undefined) throw networkNotFound(id)
  return found
}
