import type { Ctx } from '#platform/context.ts'
import { applyListing, inOrder, type Listing } from '../listing/listing.ts'
import { revised } from '../standard.ts'
import { seesEverything } from '../visibility.ts'

/** Flags are 0/1; `tags`, `availability_zone_hints` and `subnet_ids` are JSON lists. */
export type NetworkRow = {
  id: string
  project_id: string
  name: string
  description: string
  tags: string
  revision_number: number
  created_at: number
  updated_at: number
  admin_state_up: number
  status: string
  shared: number
  external: number
  mtu: number
  port_security_enabled: number
  network_type: string
  physical_network: string | null
  segmentation_id: number | null
  segment_id: string
  segment_key: string
  availability_zone_hints: string
  subnet_ids: string
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    network_networks: NetworkRow
  }
}

/** Networks that the caller may see: its project's, shared ones, and those that lead to the outside. */
const visible = (ctx: Ctx) => {
  const query = ctx.db.read.selectFrom('network_networks').selectAll()
  if (seesEverything(ctx)) return query
  return query.where((e) =>
    e.or([e('project_id', '=', ctx.caller.projectId ?? ''), e('shared', '=', 1), e('external', '=', 1)]),
  )
}

export const listNetworks = async (ctx: Ctx, listing: Listing): Promise<NetworkRow[]> =>
  inOrder(listing, await applyListing(visible(ctx), listing).execute())

export const findNetwork = (ctx: Ctx, id: string): Promise<NetworkRow | undefined> =>
  visible(ctx).where('id', '=', id).executeTakeFirst()

/** Networks by id, whoever they belong to: for work inside the service. */
export const findNetworks = async (ctx: Ctx, ids: readonly string[]): Promise<NetworkRow[]> =>
  ids.length === 0 ? [] : ctx.db.read.selectFrom('network_networks').selectAll().where('id', 'in', ids).execute()

/** Networks that a project may put ports on: its own and shared ones. */
export const listUsableNetworks = (ctx: Ctx, projectId: string): Promise<NetworkRow[]> =>
  ctx.db.read
    .selectFrom('network_networks')
    .selectAll()
    .where((e) => e.or([e('project_id', '=', projectId), e('shared', '=', 1)]))
    .orderBy('id')
    .execute()

/** Networks that lead to the outside, of whomever. */
export const listExternalNetworks = (ctx: Ctx): Promise<Pick<NetworkRow, 'id' | 'name'>[]> =>
  visible(ctx).clearSelect().select(['id', 'name']).where('external', '=', 1).orderBy('id').execute()

export const listNetworkIds = async (ctx: Ctx): Promise<string[]> =>
  (await ctx.db.read.selectFrom('network_networks').select('id').execute()).map((row) => row.id)

export const insertNetworks = (ctx: Ctx, rows: readonly NetworkRow[]) =>
  ctx.db.write.insertInto('network_networks').values(rows).execute()

/** Changes columns, and counts the revision up. */
export const updateNetwork = (ctx: Ctx, id: string, changes: Partial<Omit<NetworkRow, 'id'>>) =>
  ctx.db.write.updateTable('network_networks').set(revised(ctx, changes)).where('id', '=', id).execute()

export const deleteNetwork = (ctx: Ctx, id: string) =>
  ctx.db.write.deleteFrom('network_networks').where('id', '=', id).execute()

/** Whether a network of the type with the segmentation id exists on the physical network. */
export const isSegmentTaken = async (ctx: Ctx, key: string): Promise<boolean> =>
  (await ctx.db.read.selectFrom('network_networks').select('id').where('segment_key', '=', key).executeTakeFirst()) !==
  undefined
