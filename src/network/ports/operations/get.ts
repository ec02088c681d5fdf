import type { Ctx } from '#platform/context.ts'
import { portNotFound } from '../../errors.ts'
import type { Listing } from '../../listing/listing.ts'
import * as store from '../store.ts'

/**
 * What the rule `get_port` is asked about. The store gives a caller its own project's ports and those on its project's networks,
 * so whoever sees a port of another project owns the network.
 */
export const visibleTarget = (ctx: Ctx, row: { readonly project_id: string }) => ({
  project_id: row.project_id,
  tenant_id: row.project_id,
  'network:project_id': ctx.caller.projectId,
})

/** Whether the caller may see where ports are plugged. */
export const seesBinding = (ctx: Ctx): boolean => ctx.can('get_port:binding:host_id')

export async function listPorts(ctx: Ctx, listing: Listing): Promise<store.PortRow[]> {
  const rows = await store.listPorts(ctx, listing)
  ctx.can('get_port', visibleTarget(ctx, { project_id: '' }))
  return rows.filter((row) => ctx.can('get_port', visibleTarget(ctx, row)))
}

/** @throws notFound */
export async function getPort(ctx: Ctx, id: string): Promise<store.PortRow> {
  const row = await store.findPort(ctx, id)
  if (row === undefined || !ctx.can('get_port', visibleTarget(ctx, row))) throw portNotFound(id)
  return row
}
