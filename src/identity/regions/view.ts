import type { Ctx } from '#platform/context.ts'
import type { RegionRow } from './store.ts'

/** A region as the API shows it: unknown attributes first, so that none can pose as one of ours. */
export function viewRegion(ctx: Ctx, row: RegionRow) {
  const extra: unknown = JSON.parse(row.extra)
  return {
    ...(typeof extra === 'object' ? extra : {}),
    id: row.id,
    description: row.description,
    parent_region_id: row.parent_region_id,
    links: { self: `${ctx.baseUrl}/v3/regions/${encodeURIComponent(row.id)}` },
  }
}

export const viewRegions = (ctx: Ctx, rows: readonly RegionRow[]) => ({
  links: { next: null, previous: null, self: `${ctx.baseUrl}/v3/regions` },
  regions: rows.map((row) => viewRegion(ctx, row)),
})
