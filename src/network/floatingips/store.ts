import type { Ctx } from '#platform/context.ts'
import { applyListing, inOrder, type Listing } from '../listing/listing.ts'
import { revised } from '../standard.ts'
import { seesEverything } from '../visibility.ts'

export type FloatingIpRow = {
  id: string
  project_id: string
  name: string
  description: string
  tags: string
  revision_number: number
  created_at: number
  updated_at: number
  status: string
  floating_ip_address: string
  floating_network_id: string
  floating_port_id: string
  router_id: string | null
  port_id: string | null
  fixed_ip_address: string | null
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    network_floatingips: FloatingIpRow
  }
}

const visible = (ctx: Ctx) => {
  const query = ctx.db.read.selectFrom('network_floatingips').selectAll()
  return seesEverything(ctx) ? query : query.where('project_id', '=', ctx.caller.projectId ?? '')
}

export const listFloatingIps = async (ctx: Ctx, listing: Listing): Promise<FloatingIpRow[]> =>
  inOrder(listing, await applyListing(visible(ctx), listing).execute())

export const findFloatingIp = (ctx: Ctx, id: string): Promise<FloatingIpRow | undefined> =>
  visible(ctx).where('id', '=', id).executeTakeFirst()

/** Floating IPs by id, whoever they belong to. */
export const findFloatingIps = async (ctx: Ctx, ids: readonly string[]): Promise<FloatingIpRow[]> =>
  ids.length === 0 ? [] : ctx.db.read.selectFrom('network_floatingips').selectAll().where('id', 'in', ids).execute()

/** Floating IPs that lead to some ports. */
export const listFloatingIpsOfPorts = async (ctx: Ctx, portIds: readonly string[]): Promise<FloatingIpRow[]> =>
  portIds.length === 0
    ? []
    : ctx.db.read.selectFrom('network_floatingips').selectAll().where('port_id', 'in', portIds).execute()

export const listFloatingIpsOfRouter = (ctx: Ctx, routerId: string): Promise<FloatingIpRow[]> =>
  ctx.db.read.selectFrom('network_floatingips').selectAll().where('router_id', '=', routerId).execute()

/** Floating IPs of a network that lead nowhere. */
export const listIdleFloatingIps = (ctx: Ctx, networkId: string): Promise<FloatingIpRow[]> =>
  ctx.db.read
    .selectFrom('network_floatingips')
    .selectAll()
    .where('floating_network_id', '=', networkId)
    .where('port_id', 'is', null)
    .execute()

/** Ids of the floating IPs that the fabric should have: those that lead somewhere. */
export const listFabricFloatingIpIds = async (ctx: Ctx): Promise<string[]> => {
  const rows = await ctx.db.read
    .selectFrom('network_floatingips')
    .select('id')
    .where('router_id', 'is not', null)
    .execute()
  return rows.map((row) => row.id)
}

/** The floating IP that has the fixed address already. */
export const findByTarget = (
  ctx: Ctx,
  networkId: string,
  portId: string,
  fixedIp: string,
): Promise<FloatingIpRow | undefined> =>
  ctx.db.read
    .selectFrom('network_floatingips')
    .selectAll()
    .where('floating_network_id', '=', networkId)
    .where('port_id', '=', portId)
    .where('fixed_ip_address', '=', fixedIp)
    .executeTakeFirst()

export const insertFloatingIp = (ctx: Ctx, row: FloatingIpRow) =>
  ctx.db.write.insertInto('network_floatingips').values(row).execute()

/** Changes columns, and counts the revision up. */
export const updateFloatingIp = (ctx: Ctx, id: string, changes: Partial<Omit<FloatingIpRow, 'id'>>) =>
  ctx.db.write.updateTable('network_floatingips').set(revised(ctx, changes)).where('id', '=', id).execute()

/** Sets the status of those where it differs. */
export const setStatus = async (ctx: Ctx, ids: readonly string[], status: string): Promise<void> => {
  if (ids.length === 0) return
  await ctx.db.write
    .updateTable('network_floatingips')
    .set({ status })
    .where('id', 'in', ids)
    .where('status', '!=', status)
    .execute()
}

export const deleteFloatingIp = (ctx: Ctx, id: string) =>
  ctx.db.write.deleteFrom('network_floatingips').where('id', '=', id).execute()
