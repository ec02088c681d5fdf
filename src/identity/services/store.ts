import type { Ctx } from '#platform/context.ts'
import type { Queries } from '#platform/db/db.ts'
import { type Attributes, parseAttributes } from '../attributes.ts'
import type { Page } from '../lists.ts'

type ServiceRow = { id: string; type: string; name: string; enabled: number; extra: string }

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_services: ServiceRow
  }
}

/** A service of the catalog. */
export type CatalogService = {
  readonly id: string
  readonly type: string
  readonly name: string
  readonly enabled: boolean
  readonly extra: Attributes
}

const select = (queries: Queries) => queries.selectFrom('identity_services as s').selectAll('s')

const toService = (row: ServiceRow): CatalogService => ({
  id: row.id,
  type: row.type,
  name: row.name,
  enabled: row.enabled === 1,
  extra: parseAttributes(row.extra),
})

const toRow = ({ id, type, name, enabled, extra }: CatalogService): ServiceRow => ({
  id,
  type,
  name,
  enabled: enabled ? 1 : 0,
  extra: JSON.stringify(extra),
})

export async function findService(ctx: Ctx, id: string): Promise<CatalogService | undefined> {
  const row = await select(ctx.db.read).where('s.id', '=', id).executeTakeFirst()
  return row && toService(row)
}

/** Columns by which lists of services are filtered. */
export const serviceFilters = { type: 's.type', name: 's.name' } as const

/** One page in the order of ids, and one row more where there are more. */
export async function listServices(ctx: Ctx, page: Page): Promise<CatalogService[]> {
  let query = select(ctx.db.read)
    .orderBy('s.id')
    .limit(page.limit + 1)
  for (const condition of page.conditions) query = query.where(condition)
  if (page.marker !== undefined) query = query.where('s.id', '>', page.marker)
  return (await query.execute()).map(toService)
}

/** Services that are enabled, for the catalog. */
export async function listEnabledServices(ctx: Ctx): Promise<CatalogService[]> {
  return (await select(ctx.db.read).where('s.enabled', '=', 1).orderBy('s.type').orderBy('s.id').execute()).map(
    toService,
  )
}

export async function insertService(ctx: Ctx, service: CatalogService): Promise<void> {
  await ctx.db.write.insertInto('identity_services').values(toRow(service)).execute()
}

export async function saveService(ctx: Ctx, service: CatalogService): Promise<void> {
  const { id, ...columns } = toRow(service)
  await ctx.db.write.updateTable('identity_services').set(columns).where('id', '=', id).execute()
}

export async function removeService(ctx: Ctx, id: string): Promise<void> {
  await ctx.db.write.deleteFrom('identity_services').where('id', '=', id).execute()
}
