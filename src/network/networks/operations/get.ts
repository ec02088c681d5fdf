import type { Ctx } from '#platform/context.ts'
import { networkNotFound } from '../../errors.ts'
import type { Listing } from '../../listing/listing.ts'
import * as store from '../store.ts'

/** What the rules of networks are asked about. */
export const networkTarget = (row: Pick<store.NetworkRow, 'project_id' | 'shared' | 'external'>) => ({
  project_id: row.project_id,
  tenant_id: row.project_id,
  shared: row.shared === 1,
  'router:external': row.external === 1,
})

/** Whether the caller may see how networks are carried. */
export const seesProvider = (ctx: Ctx): boolean => ctx.can('get_network:provider:network_type')

export async function listNetworks(ctx: Ctx, listing: Listing): Promise<store.NetworkRow[]> {
  const rows = await store.listNetworks(ctx, listing)
  ctx.can('get_network', {})
  return rows.filter((row) => ctx.can('get_network', networkTarget(row)))
}

/** @throws notFound */
export async function getNetwork(ctx: Ctx, id: string): Promise<store.NetworkRow> {
  const row = await store.findNetwork(ctx, id)
  if (row === undefined || !ctx.can('get_network', networkTarget(row))) throw networkNotFound(id)
  return row
}
