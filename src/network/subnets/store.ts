import type { Ctx } from '#platform/context.ts'
import { applyListing, inOrder, type Listing } from '../listing/listing.ts'
import { revised } from '../standard.ts'
import { seesEverything } from '../visibility.ts'

/** `tags`, `allocation_pools`, `dns_nameservers` and `host_routes` are JSON lists. */
export type SubnetRow = {
  id: string
  project_id: string
  name: string
  description: string
  tags: string
  revision_number: number
  created_at: number
  updated_at: number
  network_id: string
  ip_version: number
  cidr: string
  gateway_ip: string | null
  allocation_pools: string
  dns_nameservers: string
  host_routes: string
  enable_dhcp: number
  ipv6_ra_mode: string | null
  ipv6_address_mode: string | null
  subnetpool_id: string | null
}

/** A subnet with what rules ask of its network. */
export type VisibleSubnet = SubnetRow & { network_project_id: string; shared: number; external: number }

declare module '#platform/db/tables.ts' {
  interface Tables {
    network_subnets: SubnetRow
  }
}

/** Subnets that the caller may see: its project's, those of its networks and of shared ones. */
const visible = (ctx: Ctx) => {
  const query = ctx.db.read.selectFrom((e) => {
    const joined = e
      .selectFrom('network_subnets')
      .innerJoin('network_networks as n', 'n.id', 'network_subnets.network_id')
      .selectAll('network_subnets')
      .select(['n.project_id as network_project_id', 'n.shared as shared', 'n.external as external'])
    if (seesEverything(ctx)) return joined.as('s')
    const project = ctx.caller.projectId ?? ''
    return joined
      .where((w) =>
        w.or([w('network_subnets.project_id', '=', project), w('n.project_id', '=', project), w('n.shared', '=', 1)]),
      )
      .as('s')
  })
  return query.selectAll('s')
}

export const listSubnets = async (ctx: Ctx, listing: Listing): Promise<VisibleSubnet[]> =>
  inOrder(listing, await applyListing(visible(ctx), listing).execute())

export const findSubnet = (ctx: Ctx, id: string): Promise<VisibleSubnet | undefined> =>
  visible(ctx).where('s.id', '=', id).executeTakeFirst()

/** Subnets by id, whoever they belong to. */
export const findSubnets = async (ctx: Ctx, ids: readonly string[]): Promise<SubnetRow[]> =>
  ids.length === 0 ? [] : ctx.db.read.selectFrom('network_subnets').selectAll().where('id', 'in', ids).execute()

/** All subnets of some networks, oldest first. */
export const listSubnetsOf = async (ctx: Ctx, networkIds: readonly string[]): Promise<SubnetRow[]> =>
  networkIds.length === 0
    ? []
    : ctx.db.read
        .selectFrom('network_subnets')
        .selectAll()
        .where('network_id', 'in', networkIds)
        .orderBy('created_at')
        .orderBy('id')
        .execute()

/** Subnets that were taken from a pool. */
export const listSubnetsOfPool = (ctx: Ctx, poolId: string): Promise<SubnetRow[]> =>
  ctx.db.read.selectFrom('network_subnets').selectAll().where('subnetpool_id', '=', poolId).execute()

export const listSubnetIds = async (ctx: Ctx): Promise<string[]> =>
  (await ctx.db.read.selectFrom('network_subnets').select('id').execute()).map((row) => row.id)

/** Ids of the subnets whose hosts are answered by DHCP. */
export const listDhcpSubnetIds = async (ctx: Ctx): Promise<string[]> =>
  (
    await ctx.db.read
      .selectFrom('network_subnets')
      .select('id')
      .where('enable_dhcp', '=', 1)
      .where((e) => e.or([e('ipv6_address_mode', 'is', null), e('ipv6_address_mode', '!=', 'slaac')]))
      .execute()
  ).map((row) => row.id)

export const insertSubnet = (ctx: Ctx, row: SubnetRow) =>
  ctx.db.write.insertInto('network_subnets').values(row).execute()

/** Changes columns, and counts the revision up. */
export const updateSubnet = (ctx: Ctx, id: string, changes: Partial<Omit<SubnetRow, 'id'>>) =>
  ctx.db.write.updateTable('network_subnets').set(revised(ctx, changes)).where('id', '=', id).execute()

export const deleteSubnets = async (ctx: Ctx, ids: readonly string[]): Promise<void> => {
  if (ids.length > 0) await ctx.db.write.deleteFrom('network_subnets').where('id', 'in', ids).execute()
}
