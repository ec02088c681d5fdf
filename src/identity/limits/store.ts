// Unified limits: what a resource is limited to by default (registered limits), and for one project or domain instead.
// Where Keystone has null (region, project, domain) the columns have '', so that unique keys hold.

import type { Ctx } from '#platform/context.ts'
import type { Queries } from '#platform/db/db.ts'
import type { Page } from '../lists.ts'

type RegisteredRow = {
  id: string
  service_id: string
  region_id: string
  resource_name: string
  default_limit: number
  description: string | null
}

type LimitRow = {
  id: string
  registered_limit_id: string
  project_id: string
  domain_id: string
  resource_limit: number
  description: string | null
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_registered_limits: RegisteredRow
    identity_limits: LimitRow
  }
}

export type RegisteredLimit = {
  readonly id: string
  readonly serviceId: string
  readonly regionId: string | null
  readonly resourceName: string
  readonly defaultLimit: number
  readonly description: string | null
}

export type Limit = {
  readonly id: string
  readonly registeredLimitId: string
  readonly projectId: string | null
  readonly domainId: string | null
  readonly resourceLimit: number
  readonly description: string | null
  readonly serviceId: string
  readonly regionId: string | null
  readonly resourceName: string
}

const orNull = (text: string): string | null => (text === '' ? null : text)

const toRegistered = (row: RegisteredRow): RegisteredLimit => ({
  id: row.id,
  serviceId: row.service_id,
  regionId: orNull(row.region_id),
  resourceName: row.resource_name,
  defaultLimit: row.default_limit,
  description: row.description,
})

const toRegisteredRow = (limit: RegisteredLimit): RegisteredRow => ({
  id: limit.id,
  service_id: limit.serviceId,
  region_id: limit.regionId ?? '',
  resource_name: limit.resourceName,
  default_limit: limit.defaultLimit,
  description: limit.description,
})

type JoinedRow = LimitRow & Pick<RegisteredRow, 'service_id' | 'region_id' | 'resource_name'>

const toLimit = (row: JoinedRow): Limit => ({
  id: row.id,
  registeredLimitId: row.registered_limit_id,
  projectId: orNull(row.project_id),
  domainId: orNull(row.domain_id),
  resourceLimit: row.resource_limit,
  description: row.description,
  serviceId: row.service_id,
  regionId: orNull(row.region_id),
  resourceName: row.resource_name,
})

const selectLimits = (queries: Queries) =>
  queries
    .selectFrom('identity_limits as l')
    .innerJoin('identity_registered_limits as r', 'r.id', 'l.registered_limit_id')
    .selectAll('l')
    .select(['r.service_id', 'r.region_id', 'r.resource_name'])

/** Columns by which the lists are filtered. */
export const registeredLimitFilters = {
  service_id: 'r.service_id',
  region_id: 'r.region_id',
  resource_name: 'r.resource_name',
} as const
export const limitFilters = { ...registeredLimitFilters, project_id: 'l.project_id', domain_id: 'l.domain_id' } as const

export async function findRegisteredLimit(ctx: Ctx, id: string): Promise<RegisteredLimit | undefined> {
  const query = ctx.db.read.selectFrom('identity_registered_limits').selectAll()
  const row = await query.where('id', '=', id).executeTakeFirst()
  return row && toRegistered(row)
}

/** The registered limit of one resource. */
export async function findRegisteredLimitOf(
  ctx: Ctx,
  of: Pick<RegisteredLimit, 'serviceId' | 'regionId' | 'resourceName'>,
): Promise<RegisteredLimit | undefined> {
  const row = await ctx.db.read
    .selectFrom('identity_registered_limits')
    .selectAll()
    .where('service_id', '=', of.serviceId)
    .where('region_id', '=', of.regionId ?? '')
    .where('resource_name', '=', of.resourceName)
    .executeTakeFirst()
  return row && toRegistered(row)
}

export async function listRegisteredLimits(ctx: Ctx, page: Page): Promise<RegisteredLimit[]> {
  let query = ctx.db.read
    .selectFrom('identity_registered_limits as r')
    .selectAll('r')
    .orderBy('r.id')
    .limit(page.limit + 1)
  for (const condition of page.conditions) query = query.where(condition)
  if (page.marker !== undefined) query = query.where('r.id', '>', page.marker)
  return (await query.execute()).map(toRegistered)
}

export async function insertRegisteredLimit(ctx: Ctx, limit: RegisteredLimit): Promise<void> {
  await ctx.db.write.insertInto('identity_registered_limits').values(toRegisteredRow(limit)).execute()
}

export async function saveRegisteredLimit(ctx: Ctx, limit: RegisteredLimit): Promise<void> {
  const { id, ...columns } = toRegisteredRow(limit)
  await ctx.db.write.updateTable('identity_registered_limits').set(columns).where('id', '=', id).execute()
}

export async function removeRegisteredLimit(ctx: Ctx, id: string): Promise<void> {
  await ctx.db.write.deleteFrom('identity_registered_limits').where('id', '=', id).execute()
}

/** Whether limits of projects or domains rest on a registered limit. */
export async function isReferenced(ctx: Ctx, registeredLimitId: string): Promise<boolean> {
  const query = ctx.db.read.selectFrom('identity_limits').select('id')
  return (await query.where('registered_limit_id', '=', registeredLimitId).executeTakeFirst()) !== undefined
}

export async function findLimit(ctx: Ctx, id: string): Promise<Limit | undefined> {
  const row = await selectLimits(ctx.db.read).where('l.id', '=', id).executeTakeFirst()
  return row && toLimit(row)
}

export async function listLimits(ctx: Ctx, page: Page): Promise<Limit[]> {
  let query = selectLimits(ctx.db.read)
    .orderBy('l.id')
    .limit(page.limit + 1)
  for (const condition of page.conditions) query = query.where(condition)
  if (page.marker !== undefined) query = query.where('l.id', '>', page.marker)
  return (await query.execute()).map(toLimit)
}

export async function insertLimit(ctx: Ctx, limit: Limit): Promise<void> {
  await ctx.db.write
    .insertInto('identity_limits')
    .values({
      id: limit.id,
      registered_limit_id: limit.registeredLimitId,
      project_id: limit.projectId ?? '',
      domain_id: limit.domainId ?? '',
      resource_limit: limit.resourceLimit,
      description: limit.description,
    })
    .execute()
}

export async function saveLimit(ctx: Ctx, { id, resourceLimit, description }: Limit): Promise<void> {
  const columns = { resource_limit: resourceLimit, description }
  await ctx.db.write.updateTable('identity_limits').set(columns).where('id', '=', id).execute()
}

export async function removeLimit(ctx: Ctx, id: string): Promise<void> {
  await ctx.db.write.deleteFrom('identity_limits').where('id', '=', id).execute()
}

/** Limits of projects or domains that are gone. */
export async function removeLimitsOf(ctx: Ctx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await ctx.db.write
    .deleteFrom('identity_limits')
    .where((eb) => eb.or([eb('project_id', 'in', ids), eb('domain_id', 'in', ids)]))
    .execute()
}

/** Limits by resource of a service in a region (those of no region hold in each): a project's own, else the registered ones. */
export async function listEffectiveLimits(
  ctx: Ctx,
  serviceType: string,
  region: string,
  projectId: string,
): Promise<Map<string, number>> {
  const rows = await ctx.db.read
    .selectFrom('identity_registered_limits as r')
    .innerJoin('identity_services as s', 's.id', 'r.service_id')
    .leftJoin('identity_limits as l', (join) =>
      join.onRef('l.registered_limit_id', '=', 'r.id').on('l.project_id', '=', projectId),
    )
    .select(['r.resource_name', 'r.default_limit', 'l.resource_limit'])
    .where('s.type', '=', serviceType)
    .where('r.region_id', 'in', [region, ''])
    // What is said of the region itself comes last, and counts.
    .orderBy('r.region_id')
    .limit(1000)
    .execute()
  return new Map(rows.map((row) => [row.resource_name, row.resource_limit ?? row.default_limit]))
}

/** What limits of one registered limit say for each of these projects (or domains) that has one. */
export async function listLimitsOfOwners(
  ctx: Ctx,
  registeredId: string,
  ownerIds: readonly string[],
): Promise<number[]> {
  if (ownerIds.length === 0) return []
  const rows = await ctx.db.read
    .selectFrom('identity_limits')
    .select('resource_limit')
    .where('registered_limit_id', '=', registeredId)
    .where((eb) => eb.or([eb('project_id', 'in', ownerIds), eb('domain_id', 'in', ownerIds)]))
    .execute()
  return rows.map(({ resource_limit }) => resource_limit)
}
