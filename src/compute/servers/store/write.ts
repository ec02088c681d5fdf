import { sql } from 'kysely'
import type { Ctx } from '#platform/context.ts'
import type { NewServerRow, ServerRow } from './tables.ts'

export const insertServer = (ctx: Ctx, row: NewServerRow) =>
  ctx.db.write.insertInto('compute_servers').values(row).execute()

export type ServerChanges = Partial<Omit<ServerRow, 'number' | 'id' | 'revision' | 'created_at'>>

/** Changes a server: its revision moves, and (unless said) the time of its last change. */
export async function updateServer(ctx: Ctx, id: string, changes: ServerChanges): Promise<void> {
  await ctx.db.write
    .updateTable('compute_servers')
    .set({ updated_at: ctx.now, ...changes, revision: sql<number>`revision + 1` })
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .execute()
}

/**
 * Changes a server only if nobody did since it was read: two actions at once must not both begin.
 * @returns false where somebody was faster
 */
export async function compareAndSwapServer(
  ctx: Ctx,
  row: Pick<ServerRow, 'id' | 'revision'>,
  changes: ServerChanges,
): Promise<boolean> {
  const result = await ctx.db.write
    .updateTable('compute_servers')
    .set({ updated_at: ctx.now, ...changes, revision: row.revision + 1 })
    .where('id', '=', row.id)
    .where('revision', '=', row.revision)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}
