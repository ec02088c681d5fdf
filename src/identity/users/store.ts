// Users with their present password; earlier ones are in a table of their own. Times are milliseconds since 1970.

import { sql } from 'kysely'
import type { Ctx } from '#platform/context.ts'
import type { Queries } from '#platform/db/db.ts'
import { type Attributes, parseAttributes } from '../attributes.ts'
import type { Page } from '../lists.ts'
import { insertNames, nameConditions, removeName, saveName } from '../names/store.ts'

type UserRow = {
  id: string
  domain_id: string
  name: string
  enabled: number
  default_project_id: string | null
  password_hash: string | null
  password_created_at: number | null
  password_expires_at: number | null
  password_self_service: number
  failed_auth_count: number
  failed_auth_at: number | null
  created_at: number
  last_active_at: number | null
  options: string
  extra: string
}

type PasswordRow = { id: string; user_id: string; hash: string; created_at: number }

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_users: UserRow
    identity_passwords: PasswordRow
  }
}

export type User = {
  readonly id: string
  readonly domainId: string
  readonly name: string
  /** Known to identity providers alone, whose names for it need not be unique: the table has its id for a name. */
  readonly isShadow?: true
  readonly enabled: boolean
  readonly defaultProjectId: string | null
  readonly password: Password | null
  readonly failures: { readonly count: number; readonly at: number | null }
  readonly createdAt: number
  readonly lastActiveAt: number | null
  readonly options: Attributes
  readonly extra: Attributes
}

export type Password = {
  readonly hash: string
  readonly createdAt: number
  readonly expiresAt: number | null
  /** Whether the user set it, which then must keep it for its minimum age. */
  readonly selfService: boolean
}

const calledByProviders = sql<string | null>`case when u.name = u.id then
  (select min(f.display_name) from identity_federated_users as f where f.user_id = u.id) end`

const select = (queries: Queries) =>
  queries.selectFrom('identity_users as u').selectAll('u').select(calledByProviders.as('called'))

const toUser = (row: UserRow & { readonly called: string | null }): User => ({
  id: row.id,
  domainId: row.domain_id,
  name: row.called ?? row.name,
  ...(row.name === row.id ? { isShadow: true } : {}),
  enabled: row.enabled === 1,
  defaultProjectId: row.default_project_id,
  password:
    row.password_hash === null
      ? null
      : {
          hash: row.password_hash,
          createdAt: row.password_created_at ?? row.created_at,
          expiresAt: row.password_expires_at,
          selfService: row.password_self_service === 1,
        },
  failures: { count: row.failed_auth_count, at: row.failed_auth_at },
  createdAt: row.created_at,
  lastActiveAt: row.last_active_at,
  options: parseAttributes(row.options),
  extra: parseAttributes(row.extra),
})

const toRow = (user: User): UserRow => ({
  id: user.id,
  domain_id: user.domainId,
  name: user.isShadow ? user.id : user.name,
  enabled: user.enabled ? 1 : 0,
  default_project_id: user.defaultProjectId,
  password_hash: user.password?.hash ?? null,
  password_created_at: user.password?.createdAt ?? null,
  password_expires_at: user.password?.expiresAt ?? null,
  password_self_service: user.password?.selfService === true ? 1 : 0,
  failed_auth_count: user.failures.count,
  failed_auth_at: user.failures.at,
  created_at: user.createdAt,
  last_active_at: user.lastActiveAt,
  options: JSON.stringify(user.options),
  extra: JSON.stringify(user.extra),
})

export async function findUser(ctx: Ctx, id: string): Promise<User | undefined> {
  const row = await select(ctx.db.read).where('u.id', '=', id).executeTakeFirst()
  return row && toUser(row)
}

export async function findUserByName(ctx: Ctx, name: string, domainId: string): Promise<User | undefined> {
  const row = await select(ctx.db.read)
    .where('u.domain_id', '=', domainId)
    .where('u.name', '=', name)
    .whereRef('u.name', '<>', 'u.id')
    .executeTakeFirst()
  return row && toUser(row)
}

/** Columns by which lists of users are filtered. */
export const userFilters = {
  id: 'u.id',
  domain_id: 'u.domain_id',
  enabled: { flag: 'u.enabled' },
  name: 'u.name',
  default_project_id: 'u.default_project_id',
} as const

/** One page in the order of ids, and one row more where there are more. `groupId`: its members only. */
export async function listUsers(ctx: Ctx, page: Page, groupId?: string): Promise<User[]> {
  let query = select(ctx.db.read)
    .orderBy('u.id')
    .limit(page.limit + 1)
  if (groupId !== undefined) {
    query = query.where(
      sql<boolean>`u.id in (select m.user_id from identity_memberships as m where m.group_id = ${groupId})`,
    )
  }
  // A shadow has no name to be found by a piece of.
  if (page.pieces.length > 0) query = query.whereRef('u.name', '<>', 'u.id')
  for (const condition of await nameConditions(ctx, 'user', 'u.id', page.pieces)) query = query.where(condition)
  for (const condition of page.conditions) query = query.where(condition)
  if (page.marker !== undefined) query = query.where('u.id', '>', page.marker)
  return (await query.execute()).map(toUser)
}

export async function listUsersByIds(ctx: Ctx, ids: readonly string[]): Promise<User[]> {
  if (ids.length === 0) return []
  return (await select(ctx.db.read).where('u.id', 'in', ids).execute()).map(toUser)
}

export async function listUserIdsInDomain(ctx: Ctx, domainId: string): Promise<string[]> {
  const rows = await ctx.db.read.selectFrom('identity_users').select('id').where('domain_id', '=', domainId).execute()
  return rows.map(({ id }) => id)
}

/** In a transaction. */
export async function insertUser(ctx: Ctx, user: User): Promise<void> {
  const row = toRow(user)
  await ctx.db.write.insertInto('identity_users').values(row).execute()
  await insertNames(ctx, 'user', [row])
}

/** In a transaction. */
export async function saveUser(ctx: Ctx, user: User): Promise<void> {
  const { id, ...columns } = toRow(user)
  await saveName(ctx, 'user', await findName(ctx, id), { id, name: columns.name })
  await ctx.db.write.updateTable('identity_users').set(columns).where('id', '=', id).execute()
  if (!user.isShadow) return
  const called = { display_name: user.name }
  await ctx.db.write.updateTable('identity_federated_users').set(called).where('user_id', '=', id).execute()
}

/** Counts one more failed login. */
export async function addFailure(ctx: Ctx, userId: string): Promise<void> {
  await ctx.db.write
    .updateTable('identity_users')
    .set((eb) => ({ failed_auth_count: eb('failed_auth_count', '+', 1), failed_auth_at: ctx.now }))
    .where('id', '=', userId)
    .execute()
}

export async function clearFailures(ctx: Ctx, userId: string): Promise<void> {
  const none = { failed_auth_count: 0, failed_auth_at: null }
  await ctx.db.write.updateTable('identity_users').set(none).where('id', '=', userId).execute()
}

export async function saveActivity(ctx: Ctx, userId: string): Promise<void> {
  await ctx.db.write.updateTable('identity_users').set({ last_active_at: ctx.now }).where('id', '=', userId).execute()
}

const findName = (ctx: Ctx, id: string) =>
  ctx.db.read.selectFrom('identity_users').select(['id', 'name']).where('id', '=', id).executeTakeFirst()

/** In a transaction. */
export async function removeUser(ctx: Ctx, id: string): Promise<void> {
  const named = await findName(ctx, id)
  if (named) await removeName(ctx, 'user', named)
  await ctx.db.write.deleteFrom('identity_passwords').where('user_id', '=', id).execute()
  await ctx.db.write.deleteFrom('identity_users').where('id', '=', id).execute()
}

/** A project is gone: nobody has it as default any more. */
export async function forgetDefaultProject(ctx: Ctx, projectIds: readonly string[]): Promise<void> {
  if (projectIds.length === 0) return
  await ctx.db.write
    .updateTable('identity_users')
    .set({ default_project_id: null })
    .where('default_project_id', 'in', projectIds)
    .execute()
}

/** Hashes of the passwords before the present one, newest first. */
export async function listFormerPasswords(ctx: Ctx, userId: string, count: number): Promise<string[]> {
  const rows = await ctx.db.read
    .selectFrom('identity_passwords')
    .select('hash')
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .limit(count)
    .execute()
  return rows.map(({ hash }) => hash)
}

export async function insertFormerPassword(ctx: Ctx, row: PasswordRow): Promise<void> {
  await ctx.db.write.insertInto('identity_passwords').values(row).execute()
}
