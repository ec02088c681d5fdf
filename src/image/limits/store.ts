import { sql } from 'kysely'
import type { Ctx } from '#platform/context.ts'

/** What a project uses; sizes in bytes. */
export type Usage = {
  /** Data in stores, once for each store that has it. */
  readonly stored: number
  /** Data that waits to be imported, or is on its way to more stores. */
  readonly staged: number
  readonly images: number
  /** Images whose data is coming in. */
  readonly uploading: number
}

/** One query, over the images of one project. */
export const readUsage = async (ctx: Ctx, owner: string): Promise<Usage> => {
  const incoming = sql<boolean>`status in ('uploading', 'importing')`
  const uploading = sql<boolean>`status in ('saving', 'uploading', 'importing')`
  // The properties are JSON without spaces, and no text inside it has a quote that is not escaped.
  const copying = sql<boolean>`(properties like '%"os_glance_importing_to_stores":"%'
    and properties not like '%"os_glance_importing_to_stores":""%')`
  const copies = sql<number>`(case when stores = '' then 0
    else length(stores) - length(replace(stores, ',', '')) + 1 end)`
  const row = await ctx.db.read
    .selectFrom('image_images')
    .select([
      sql<number | string | null>`sum(size * ${copies})`.as('stored'),
      sql<number | string | null>`sum(case when ${incoming} or ${copying} then size else 0 end)`.as('staged'),
      sql<number | string>`count(*)`.as('images'),
      sql<number | string | null>`sum(case when ${uploading} or ${copying} then 1 else 0 end)`.as('uploading'),
    ])
    .where('owner', '=', owner)
    .executeTakeFirstOrThrow()
  // A sum is a decimal to MariaDB, and comes as text.
  return {
    stored: Number(row.stored ?? 0),
    staged: Number(row.staged ?? 0),
    images: Number(row.images),
    uploading: Number(row.uploading ?? 0),
  }
}
