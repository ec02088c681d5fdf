import { sql } from 'kysely'
import type { Ctx } from '#platform/context.ts'

/** Sets the tags of an object and counts its revision up. */
export const setTags = async (ctx: Ctx, table: string, id: string, tags: readonly string[]): Promise<void> => {
  const change = sql`update ${sql.table(table)} set tags = ${JSON.stringify(tags)}, updated_at = ${ctx.now},
    revision_number = revision_number + 1 where id = ${id}`
  await change.execute(ctx.db.write)
}
