import type { Ctx } from '#platform/context.ts'
import { applyListing, inOrder, type Listing } from '../listing/listing.ts'
import { revised } from '../standard.ts'
import { seesEverything } from '../visibility.ts'

/** `gateway_fixed_ips`, `routes`, `tags` and `availability_zone_hints` are JSON lists. */
export type RouterRow = {
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
  gateway_port_id: string | null
  gateway_network_id: string | null
  gateway_fixed_ips: string
  enable_snat: number
  routes: string
  availability_zone_hints: string
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    network_routers: RouterRow
  }
}

const visible = (ctx: Ctx) => {
  const query = ctx.db.read.selectFrom('network_routers').selectAll()
  return seesEverything(ctx) ? query : query.where('project_id', '=', ctx.caller.projectId ?? '')
}

export const listRouters = async (ctx: Ctx, listing: Listing): Promise<RouterRow[]> =>
  inOrder(listing, await applyListing(visible(ctx), listing).execute())

export const findRouter = (ctx: Ctx, id: string): Promise<RouterRow | undefined> =>
  visible(ctx).where('id', '=', id).executeTakeFirst()

/** Routers by id, whoever they belong to. */
export const findRouters = async (ctx: Ctx, ids: readonly string[]): Promise<RouterRow[]> =>
  ids.length === 0 ? [] : ctx.db.read.selectFrom('network_routers').selectAll().where('id', 'in', ids).execute()

/** Routers that go out by a network. */
export const listRouterIdsByGateway = async (ctx: Ctx, networkId: string): Promise<string[]> => {
  const rows = await ctx.db.read
    .selectFrom('network_routers')
    .select('id')
    .where('gateway_network_id', '=', networkId)
    .execute()
  return rows.map((row) => row.id)
}

/** Routers with any gateway. */
export const listGatewayRouterIds = async (ctx: Ctx): Promise<string[]> => {
  const rows = await ctx.db.read
    .selectFrom('network_routers')
    .select('id')
    .where('gateway_port_id', 'is not', null)
    .execute()
  return rows.map((row) => row.id)
}

export const listRouterIds = async (ctx: Ctx): Promise<string[]> =>
  (await ctx.db.read.selectFrom('network_routers').select('id').execute()).map((row) => row.id)

export const insertRouter = (ctx: Ctx, row: RouterRow) =>
  ctx.db.write.insertInto('network_routers').values(row).execute()

/** Changes columns, and counts the revision up. */
export const updateRouter = (ctx: Ctx, id: string, changes: Partial<Omit<RouterRow, 'id'>>) =>
  ctx.db.write.updateTable('network_routers').set(revised(ctx, changes)).where('id', '=', id).execute()

export const deleteRouter = (ctx: Ctx, id: string) =>
  ctx.db.write.deleteFrom('network_routers').where('id', '=', id).execute()
