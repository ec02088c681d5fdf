// Roles, and which role implies which. A role of a domain has that domain's id; a global one has '' in the column,
// so that the unique key over (domain_id, name) holds for global roles as well.

import type { Ctx } from '#platform/context.ts'
import type { Queries } from '#platform/db/db.ts'
import { type Attributes, parseAttributes } from '../attributes.ts'
import type { Page } from '../lists.ts'

type RoleRow = {
  id: string
  domain_id: string
  name: string
  description: string | null
  options: string
  extra: string
}

/** Having the first role means having the second. */
export type Implication = { readonly prior_role_id: string; readonly implied_role_id: string }

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_roles: RoleRow
    identity_implied_roles: Implication
  }
}

export type Role = {
  readonly id: string
  /** Null: a global role, the only kind that tokens carry. */
  readonly domainId: string | null
  readonly name: string
  readonly description: string | null
  readonly options: Attributes
  readonly extra: Attributes
}

const select = (queries: Queries) => queries.selectFrom('identity_roles as r').selectAll('r')

const toRole = (row: RoleRow): Role => ({
  id: row.id,
  domainId: row.domain_id === '' ? null : row.domain_id,
  name: row.name,
  description: row.description,
  options: parseAttributes(row.options),
  extra: parseAttributes(row.extra),
})

const toRow = (role: Role): RoleRow => ({
  id: role.id,
  domain_id: role.domainId ?? '',
  name: role.name,
  description: role.description,
  options: JSON.stringify(role.options),
  extra: JSON.stringify(role.extra),
})

export async function findRole(ctx: Ctx, id: string): Promise<Role | undefined> {
  const row = await select(ctx.db.read).where('r.id', '=', id).executeTakeFirst()
  return row && toRole(row)
}

/** The global role of that name. */
export async function findRoleByName(ctx: Ctx, name: string): Promise<Role | undefined> {
  const row = await select(ctx.db.read).where('r.name', '=', name).where('r.domain_id', '=', '').executeTakeFirst()
  return row && toRole(row)
}

/** Columns by which lists of roles are filtered; the domain is no filter but the list's own. */
export const roleFilters = { id: 'r.id', name: 'r.name', description: 'r.description' } as const

/** Roles of a domain, or the global ones (null): one page in the order of ids, and one row more where there are more. */
export async function listRoles(ctx: Ctx, domainId: string | null, page: Page): Promise<Role[]> {
  let query = select(ctx.db.read)
    .where('r.domain_id', '=', domainId ?? '')
    .orderBy('r.id')
    .limit(page.limit + 1)
  for (const condition of page.conditions) query = query.where(condition)
  if (page.marker !== undefined) query = query.where('r.id', '>', page.marker)
  return (await query.execute()).map(toRole)
}

export async function listRolesByIds(ctx: Ctx, ids: readonly string[]): Promise<Role[]> {
  if (ids.length === 0) return []
  return (await select(ctx.db.read).where('r.id', 'in', ids).orderBy('r.id').execute()).map(toRole)
}

/** Global roles of these names, and those of every domain. */
export async function listRolesByNames(ctx: Ctx, names: readonly string[]): Promise<Role[]> {
  if (names.length === 0) return []
  return (await select(ctx.db.read).where('r.name', 'in', names).orderBy('r.id').execute()).map(toRole)
}

export async function listRoleIdsInDomain(ctx: Ctx, domainId: string): Promise<string[]> {
  const rows = await ctx.db.read.selectFrom('identity_roles').select('id').where('domain_id', '=', domainId).execute()
  return rows.map(({ id }) => id)
}

export async function insertRole(ctx: Ctx, role: Role): Promise<void> {
  await ctx.db.write.insertInto('identity_roles').values(toRow(role)).execute()
}

export async function saveRole(ctx: Ctx, role: Role): Promise<void> {
  const { id, ...columns } = toRow(role)
  await ctx.db.write.updateTable('identity_roles').set(columns).where('id', '=', id).execute()
}

export async function removeRoles(ctx: Ctx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await ctx.db.write.deleteFrom('identity_implied_roles').where('prior_role_id', 'in', ids).execute()
  await ctx.db.write.deleteFrom('identity_implied_roles').where('implied_role_id', 'in', ids).execute()
  await ctx.db.write.deleteFrom('identity_roles').where('id', 'in', ids).execute()
}

/** Every implication there is; of one prior role where it is given. */
export async function listImplications(ctx: Ctx, priorRoleId?: string): Promise<Implication[]> {
  let query = ctx.db.read
    .selectFrom('identity_implied_roles')
    .selectAll()
    .orderBy('prior_role_id')
    .orderBy('implied_role_id')
  if (priorRoleId !== undefined) query = query.where('prior_role_id', '=', priorRoleId)
  return query.execute()
}

export async function insertImplication(ctx: Ctx, implication: Implication): Promise<void> {
  await ctx.db.write.insertInto('identity_implied_roles').values(implication).execute()
}

/** False: there was none. */
export async function removeImplication(ctx: Ctx, { prior_role_id, implied_role_id }: Implication): Promise<boolean> {
  const result = await ctx.db.write
    .deleteFrom('identity_implied_roles')
    .where('prior_role_id', '=', prior_role_id)
    .where('implied_role_id', '=', implied_role_id)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}
