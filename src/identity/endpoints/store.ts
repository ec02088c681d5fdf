import type { Ctx } from '#platform/context.ts'
import type { Queries } from '#platform/db/db.ts'
import { type Attributes, parseAttributes } from '../attributes.ts'
import type { Page } from '../lists.ts'

type EndpointRow = {
  id: string
  interface: string
  region_id: string | null
  service_id: string
  url: string
  enabled: number
  extra: string
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_endpoints: EndpointRow
  }
}

export type Endpoint = {
  readonly id: string
  readonly interface: string
  readonly regionId: string | null
  readonly serviceId: string
  /** `%(project_id)s` and `$(project_id)s` stand for ids of the caller. */
  readonly url: string
  readonly enabled: boolean
  readonly extra: Attributes
}

const select = (queries: Queries) => queries.selectFrom('identity_endpoints as e').selectAll('e')

const toEndpoint = (row: EndpointRow): Endpoint => ({
  id: row.id,
  interface: row.interface,
  regionId: row.region_id,
  serviceId: row.service_id,
  url: row.url,
  enabled: row.enabled === 1,
  extra: parseAttributes(row.extra),
})

const toRow = (endpoint: Endpoint): EndpointRow => ({
  id: endpoint.id,
  interface: endpoint.interface,
  region_id: endpoint.regionId,
  service_id: endpoint.serviceId,
  url: endpoint.url,
  enabled: endpoint.enabled ? 1 : 0,
  extra: JSON.stringify(endpoint.extra),
})

export async function findEndpoint(ctx: Ctx, id: string): Promise<Endpoint | undefined> {
  const row = await select(ctx.db.read).where('e.id', '=', id).executeTakeFirst()
  return row && toEndpoint(row)
}

/** Columns by which lists of endpoints are filtered. */
export const endpointFilters = {
  interface: 'e.interface',
  service_id: 'e.service_id',
  region_id: 'e.region_id',
} as const

/** One page in the order of ids, and one row more where there are more. */
export async function listEndpoints(ctx: Ctx, page: Page): Promise<Endpoint[]> {
  let query = select(ctx.db.read)
    .orderBy('e.id')
    .limit(page.limit + 1)
  for (const condition of page.conditions) query = query.where(condition)
  if (page.marker !== undefined) query = query.where('e.id', '>', page.marker)
  return (await query.execute()).map(toEndpoint)
}

/** Endpoints that are enabled, for the catalog. */
export async function listEnabledEndpoints(ctx: Ctx): Promise<Endpoint[]> {
  return (await select(ctx.db.read).where('e.enabled', '=', 1).orderBy('e.id').execute()).map(toEndpoint)
}

/** Every endpoint there is. */
export async function listAllEndpoints(ctx: Ctx): Promise<Endpoint[]> {
  return (await select(ctx.db.read).orderBy('e.id').execute()).map(toEndpoint)
}

/** Whether one of the regions has endpoints. */
export async function regionsHaveEndpoints(ctx: Ctx, regionIds: readonly string[]): Promise<boolean> {
  const row = await ctx.db.read
    .selectFrom('identity_endpoints')
    .select('id')
    .where('region_id', 'in', regionIds)
    .executeTakeFirst()
  return row !== undefined
}

export async function insertEndpoint(ctx: Ctx, endpoint: Endpoint): Promise<void> {
  await ctx.db.write.insertInto('identity_endpoints').values(toRow(endpoint)).execute()
}

export async function saveEndpoint(ctx: Ctx, endpoint: Endpoint): Promise<void> {
  const { id, ...columns } = toRow(endpoint)
  await ctx.db.write.updateTable('identity_endpoints').set(columns).where('id', '=', id).execute()
}

export async function removeEndpoint(ctx: Ctx, id: string): Promise<void> {
  await ctx.db.write.deleteFrom('identity_endpoints').where('id', '=', id).execute()
}

export async function removeEndpointsOfService(ctx: Ctx, serviceId: string): Promise<void> {
  await ctx.db.write.deleteFrom('identity_endpoints').where('service_id', '=', serviceId).execute()
}
