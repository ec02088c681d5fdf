import type { Ctx } from '#platform/context.ts'
import { subnetNotFound } from '../../errors.ts'
import type { Listing } from '../../listing/listing.ts'
import * as store from '../store.ts'

/** What the rules of subnets are asked about. */
export const subnetTarget = (
  row: Pick<store.VisibleSubnet, 'project_id' | 'network_project_id' | 'shared' | 'external'>,
) => ({
  project_id: row.project_id,
  tenant_id: row.project_id,
  'network:project_id': row.network_project_id,
  shared: row.shared === 1,
  'router:external': row.external === 1,
})

export async function listSubnets(ctx: Ctx, listing: Listing): Promise<store.VisibleSubnet[]> {
  const rows = await store.listSubnets(ctx, listing)
  ctx.can('get_subnet', {})
  return rows.filter((row) => ctx.can('get_subnet', subnetTarget(row)))
}

/** @throws notFound */
export async function getSubnet(ctx: Ctx, id: string): Promise<store.VisibleSubnet> {
  const row = await store.findSubnet(ctx, id)
  if (row === undefined || !ctx.can('get_subnet', subnetTarget(row))) throw subnetNotFound(id)
  return row
}
