import type { Ctx } from '#platform/context.ts'

/** A region. `extra` holds the attributes Keystone does not know, as JSON. */
export type RegionRow = { id: string; description: string; parent_region_id: string | null; extra: string }

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_regions: RegionRow
  }
}

export const listRegions = (ctx: Ctx, parent: string | undefined): Promise<RegionRow[]> => {
  const query = ctx.db.read.selectFrom('identity_regions').selectAll().orderBy('id').limit(1000)
  return (parent === undefined ? query : query.where('parent_region_id', '=', parent)).execute()
}

export const findRegion = (ctx: Ctx, id: string): Promise<RegionRow | undefined> =>
  ctx.db.read.selectFrom('identity_regions').selectAll().where('id', '=', id).executeTakeFirst()

export const insertRegion = (ctx: Ctx, row: RegionRow) =>
  ctx.db.write.insertInto('identity_regions').values(row).execute()

export const updateRegion = (ctx: Ctx, { id, ...changes }: RegionRow) =>
  ctx.db.write.updateTable('identity_regions').set(changes).where('id', '=', id).execute()

export const deleteRegions = (ctx: Ctx, ids: readonly string[]) =>
  ctx.db.write.deleteFrom('identity_regions').where('id', 'in', ids).execute()
