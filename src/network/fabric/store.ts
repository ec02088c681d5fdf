import type { Ctx } from '#platform/context.ts'
import { newUuid } from '#platform/ids.ts'

/** Kinds of objects that the fabric has. */
export type FabricKind = 'network' | 'subnet' | 'port' | 'router' | 'floatingip' | 'security_group'

/** "Look at this object again." */
export type FabricChangeRow = { id: string; kind: FabricKind; object_id: string }

declare module '#platform/db/tables.ts' {
  interface Tables {
    network_fabric_changes: FabricChangeRow
  }
}

/** Records, in the transaction of `ctx`, that objects changed. */
export const insertChanges = async (
  ctx: Ctx,
  changes: readonly { readonly kind: FabricKind; readonly id: string }[],
): Promise<void> => {
  if (changes.length === 0) return
  const rows = changes.map(({ kind, id }) => ({ id: newUuid(), kind, object_id: id }))
  await ctx.db.write.insertInto('network_fabric_changes').values(rows).execute()
}

export const listChanges = (ctx: Ctx, limit: number): Promise<FabricChangeRow[]> =>
  ctx.db.read.selectFrom('network_fabric_changes').selectAll().limit(limit).execute()

export const deleteChanges = async (ctx: Ctx, ids: readonly string[]): Promise<void> => {
  if (ids.length > 0) await ctx.db.write.deleteFrom('network_fabric_changes').where('id', 'in', ids).execute()
}

export const countChanges = async (ctx: Ctx): Promise<number> => {
  const row = await ctx.db.read
    .selectFrom('network_fabric_changes')
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirst()
  return row?.n ?? 0
}
