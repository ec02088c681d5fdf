import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'

declare module '#platform/db/tables.ts' {
  interface Tables {
    /** Which controllers, by their URL, have a copy of an image. */
    image_cached: { image_id: string; node: string }
  }
}

/** Writes down of which images a node has copies: these and no others. */
export const setCached = (ctx: Ctx, node: string, ids: readonly string[]): Promise<void> =>
  inTransaction(ctx, async (tx) => {
    await tx.db.write.deleteFrom('image_cached').where('node', '=', node).execute()
    const rows = ids.map((image_id) => ({ image_id, node }))
    if (rows.length > 0) await tx.db.write.insertInto('image_cached').values(rows).execute()
  })

/** The nodes that have a copy of an image. */
export const listNodes = async (ctx: Ctx, imageId: string): Promise<string[]> => {
  const rows = await ctx.db.read
    .selectFrom('image_cached')
    .select('node')
    .where('image_id', '=', imageId)
    .orderBy('node')
    .execute()
  return rows.map(({ node }) => node)
}
