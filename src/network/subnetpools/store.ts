import type { Ctx } from '#platform/context.ts'
import { applyListing, inOrder, type Listing } from '../listing/listing.ts'
import { revised } from '../standard.ts'
import { seesEverything } from '../visibility.ts'

/** `prefixes` and `tags` are JSON lists. */
export type SubnetPoolRow = {
  id: string
  project_id: string
  name: string
  description: string
  tags: string
  revision_number: number
  created_at: number
  updated_at: number
  ip_version: number
  prefixes: string
  default_prefixlen: number
  min_prefixlen: number
  max_prefixlen: number
  default_quota: number | null
  shared: number
  is_default: number
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    network_subnetpools: SubnetPoolRow
  }
}

const visible = (ctx: Ctx) => {
  const query = ctx.db.read.selectFrom('network_subnetpools').selectAll()
  if (seesEverything(ctx)) return query
  return query.where((e) => e.or([e('project_id', '=', ctx.caller.projectId ?? ''), e('shared', '=', 1)]))
}

export const listSubnetPools = async (ctx: Ctx, listing: Listing): Promise<SubnetPoolRow[]> =>
  inOrder(listing, await applyListing(visible(ctx), listing).execute())

export const findSubnetPool = (ctx: Ctx, id: string): Promise<SubnetPoolRow | undefined> =>
  visible(ctx).where('id', '=', id).executeTakeFirst()

export const findDefaultPool = (ctx: Ctx, ipVersion: number): Promise<SubnetPoolRow | undefined> =>
  ctx.db.read
    .selectFrom('network_subnetpools')
    .selectAll()
    .where('is_default', '=', 1)
    .where('ip_version', '=', ipVersion)
    .executeTakeFirst()

export const insertSubnetPool = (ctx: Ctx, row: SubnetPoolRow) =>
  ctx.db.write.insertInto('network_subnetpools').values(row).execute()

/** Changes columns, and counts the revision up. */
export const updateSubnetPool = (ctx: Ctx, id: string, changes: Partial<Omit<SubnetPoolRow, 'id'>>) =>
  ctx.db.write.updateTable('network_subnetpools').set(revised(ctx, changes)).where('id', '=', id).execute()

export const deleteSubnetPool = (ctx: Ctx, id: string) =>
  ctx.db.write.deleteFrom('network_subnetpools').where('id', '=', id).execute()
