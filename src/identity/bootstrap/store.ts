import type { Ctx } from '#platform/context.ts'

declare module '#platform/db/tables.ts' {
  interface Tables {
    /** What the cloud itself has put into the catalog, so that an operator's own change of it is told apart and kept. */
    identity_published_endpoints: { endpoint_id: string; url: string }
  }
}

export async function listPublished(ctx: Ctx): Promise<Map<string, string>> {
  const rows = await ctx.db.read.selectFrom('identity_published_endpoints').selectAll().execute()
  return new Map(rows.map(({ endpoint_id, url }) => [endpoint_id, url]))
}

export const insertPublished = (ctx: Ctx, endpointId: string, url: string) =>
  ctx.db.write.insertInto('identity_published_endpoints').values({ endpoint_id: endpointId, url }).execute()

export const savePublished = (ctx: Ctx, endpointId: string, url: string) =>
  ctx.db.write.updateTable('identity_published_endpoints').set({ url }).where('endpoint_id', '=', endpointId).execute()
