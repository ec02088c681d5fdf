import type { Ctx } from '#platform/context.ts'

/** What a provider's words mean here. `rules` is JSON. */
export type MappingRow = { id: string; rules: string; schema_version: string }

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_mappings: MappingRow
  }
}

export const findMapping = (ctx: Ctx, id: string): Promise<MappingRow | undefined> =>
  ctx.db.read.selectFrom('identity_mappings').selectAll().where('id', '=', id).executeTakeFirst()

export const listMappings = (ctx: Ctx): Promise<MappingRow[]> =>
  ctx.db.read.selectFrom('identity_mappings').selectAll().orderBy('id').limit(1000).execute()

export const insertMapping = (ctx: Ctx, row: MappingRow) =>
  ctx.db.write.insertInto('identity_mappings').values(row).execute()

export const saveMapping = (ctx: Ctx, { id, ...columns }: MappingRow) =>
  ctx.db.write.updateTable('identity_mappings').set(columns).where('id', '=', id).execute()

export const removeMapping = (ctx: Ctx, id: string) =>
  ctx.db.write.deleteFrom('identity_mappings').where('id', '=', id).execute()
