import type { Ctx } from '#platform/context.ts'
import type { Page } from '../lists.ts'

/** Another cloud that takes our word for who somebody is. */
export type ServiceProviderRow = {
  id: string
  enabled: number
  description: string | null
  auth_url: string
  sp_url: string
  relay_state_prefix: string
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_service_providers: ServiceProviderRow
  }
}

export const findServiceProvider = (ctx: Ctx, id: string): Promise<ServiceProviderRow | undefined> =>
  ctx.db.read.selectFrom('identity_service_providers').selectAll().where('id', '=', id).executeTakeFirst()

export const serviceProviderFilters = { id: 's.id', enabled: { flag: 's.enabled' } } as const

/** One page in the order of ids, and one row more where there are more. */
export async function listServiceProviders(ctx: Ctx, page: Page): Promise<ServiceProviderRow[]> {
  let query = ctx.db.read
    .selectFrom('identity_service_providers as s')
    .selectAll('s')
    .orderBy('s.id')
    .limit(page.limit + 1)
  for (const condition of page.conditions) query = query.where(condition)
  if (page.marker !== undefined) query = query.where('s.id', '>', page.marker)
  return query.execute()
}

export const insertServiceProvider = (ctx: Ctx, row: ServiceProviderRow) =>
  ctx.db.write.insertInto('identity_service_providers').values(row).execute()

export const saveServiceProvider = (ctx: Ctx, { id, ...columns }: ServiceProviderRow) =>
  ctx.db.write.updateTable('identity_service_providers').set(columns).where('id', '=', id).execute()

export const removeServiceProvider = (ctx: Ctx, id: string) =>
  ctx.db.write.deleteFrom('identity_service_providers').where('id', '=', id).execute()
