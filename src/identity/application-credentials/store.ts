import type { Ctx } from '#platform/context.ts'
import type { Queries } from '#platform/db/db.ts'
import type { Page } from '../lists.ts'

type CredentialRow = {
  id: string
  user_id: string
  project_id: string
  name: string
  description: string | null
  secret_hash: string
  expires_at: number | null
  unrestricted: number
  role_ids: string
  access_rule_ids: string | null
}

/** What one request of a program may be: `GET /v2.1/servers/*` of `compute`. */
export type AccessRuleRow = { id: string; user_id: string; service: string; path: string; method: string }

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_application_credentials: CredentialRow
    identity_access_rules: AccessRuleRow
  }
}

/** A part of a user's rights in one project, lent to a program that knows the secret. */
export type ApplicationCredential = {
  readonly id: string
  readonly userId: string
  readonly projectId: string
  readonly name: string
  readonly description: string | null
  readonly secretHash: string
  /** Microseconds since 1970. */
  readonly expiresAt: number | null
  readonly unrestricted: boolean
  readonly roleIds: readonly string[]
  /** Null: no rules, so that the roles alone decide. */
  readonly accessRuleIds: readonly string[] | null
}

const select = (queries: Queries) => queries.selectFrom('identity_application_credentials as a').selectAll('a')

const toIds = (text: string): string[] => (text === '' ? [] : text.split(','))

const toCredential = (row: CredentialRow): ApplicationCredential => ({
  id: row.id,
  userId: row.user_id,
  projectId: row.project_id,
  name: row.name,
  description: row.description,
  secretHash: row.secret_hash,
  expiresAt: row.expires_at,
  unrestricted: row.unrestricted === 1,
  roleIds: toIds(row.role_ids),
  accessRuleIds: row.access_rule_ids === null ? null : toIds(row.access_rule_ids),
})

export async function findApplicationCredential(ctx: Ctx, id: string): Promise<ApplicationCredential | undefined> {
  const row = await select(ctx.db.read).where('a.id', '=', id).executeTakeFirst()
  return row && toCredential(row)
}

export async function findApplicationCredentialByName(
  ctx: Ctx,
  userId: string,
  name: string,
): Promise<ApplicationCredential | undefined> {
  const row = await select(ctx.db.read).where('a.user_id', '=', userId).where('a.name', '=', name).executeTakeFirst()
  return row && toCredential(row)
}

/** Columns by which the lists are filtered. */
export const applicationCredentialFilters = { name: 'a.name' } as const
export const accessRuleFilters = { service: 'r.service', path: 'r.path', method: 'r.method' } as const

/** One page of a user's, in the order of ids, and one row more where there are more. */
export async function listApplicationCredentials(
  ctx: Ctx,
  userId: string,
  page: Page,
): Promise<ApplicationCredential[]> {
  let query = select(ctx.db.read)
    .where('a.user_id', '=', userId)
    .orderBy('a.id')
    .limit(page.limit + 1)
  for (const condition of page.conditions) query = query.where(condition)
  if (page.marker !== undefined) query = query.where('a.id', '>', page.marker)
  return (await query.execute()).map(toCredential)
}

export async function insertApplicationCredential(ctx: Ctx, row: ApplicationCredential): Promise<void> {
  await ctx.db.write
    .insertInto('identity_application_credentials')
    .values({
      id: row.id,
      user_id: row.userId,
      project_id: row.projectId,
      name: row.name,
      description: row.description,
      secret_hash: row.secretHash,
      expires_at: row.expiresAt,
      unrestricted: row.unrestricted ? 1 : 0,
      role_ids: row.roleIds.join(','),
      access_rule_ids: row.accessRuleIds?.join(',') ?? null,
    })
    .execute()
}

export async function removeApplicationCredential(ctx: Ctx, id: string): Promise<void> {
  await ctx.db.write.deleteFrom('identity_application_credentials').where('id', '=', id).execute()
}

/** Everything of a user, rules included. */
export async function removeApplicationCredentialsOfUser(ctx: Ctx, userId: string): Promise<void> {
  await ctx.db.write.deleteFrom('identity_application_credentials').where('user_id', '=', userId).execute()
  await ctx.db.write.deleteFrom('identity_access_rules').where('user_id', '=', userId).execute()
}

/** Those of a user in a project where it lost a role, or of everybody where the project is gone. */
export async function removeApplicationCredentialsIn(ctx: Ctx, projectId: string, userId?: string): Promise<void> {
  let query = ctx.db.write.deleteFrom('identity_application_credentials').where('project_id', '=', projectId)
  if (userId !== undefined) query = query.where('user_id', '=', userId)
  await query.execute()
}

export const findAccessRule = (ctx: Ctx, id: string): Promise<AccessRuleRow | undefined> =>
  ctx.db.read.selectFrom('identity_access_rules').selectAll().where('id', '=', id).executeTakeFirst()

export async function listAccessRules(ctx: Ctx, userId: string, page: Page): Promise<AccessRuleRow[]> {
  let query = ctx.db.read
    .selectFrom('identity_access_rules as r')
    .selectAll('r')
    .where('r.user_id', '=', userId)
    .orderBy('r.id')
    .limit(page.limit + 1)
  for (const condition of page.conditions) query = query.where(condition)
  if (page.marker !== undefined) query = query.where('r.id', '>', page.marker)
  return query.execute()
}

export async function listAccessRulesByIds(ctx: Ctx, ids: readonly string[]): Promise<AccessRuleRow[]> {
  if (ids.length === 0) return []
  return ctx.db.read.selectFrom('identity_access_rules').selectAll().where('id', 'in', ids).orderBy('id').execute()
}

/** The user's rule of exactly that content. */
export const findSameAccessRule = (ctx: Ctx, rule: Omit<AccessRuleRow, 'id'>): Promise<AccessRuleRow | undefined> =>
  ctx.db.read
    .selectFrom('identity_access_rules')
    .selectAll()
    .where('user_id', '=', rule.user_id)
    .where('service', '=', rule.service)
    .where('path', '=', rule.path)
    .where('method', '=', rule.method)
    .executeTakeFirst()

export const insertAccessRule = (ctx: Ctx, row: AccessRuleRow) =>
  ctx.db.write.insertInto('identity_access_rules').values(row).execute()

export const removeAccessRule = (ctx: Ctx, id: string) =>
  ctx.db.write.deleteFrom('identity_access_rules').where('id', '=', id).execute()
