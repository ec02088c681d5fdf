import { type RawBuilder, sql, type SqlBool } from 'kysely'
import type { Ctx } from '#platform/context.ts'
import { badRequest } from '#platform/errors.ts'
import type { Directories } from '../../directories/operations.ts'
import { notFoundIn } from '../../errors.ts'
import { cut, lastOf, type ListQuery, pageOf } from '../../lists.ts'
import type { Project } from '../../projects/store.ts'
import { listProjectsOfUser } from '../../scopes/operations.ts'
import * as store from '../store.ts'
import { userTarget } from '../view.ts'

/** A user, if the rule lets the caller. @throws notFound, forbidden */
export async function getUser(ctx: Ctx, id: string, rule = 'identity:get_user'): Promise<store.User> {
  const user = await store.findUser(ctx, id)
  ctx.authorize(rule, user ? { target: { user: userTarget(user) } } : {})
  if (!user) throw notFoundIn('user', id)
  return user
}

/** A user as it is now, in its domain's directory as well, if the rule lets the caller. @throws notFound, forbidden */
export async function showUser(ctx: Ctx, directories: Directories, id: string): Promise<store.User> {
  await directories.userById(ctx, id, false)
  return getUser(ctx, id)
}

/** Users; a token of a domain sees those of its domain alone. */
export async function listUsers(ctx: Ctx, directories: Directories, query: ListQuery) {
  const { domainId } = ctx.caller
  ctx.authorize('identity:list_users', domainId === null ? {} : { target: { domain_id: domainId } })
  const listed = domainId ?? lastOf(query['domain_id'])
  if (listed) await directories.refreshUsers(ctx, listed, query)
  const { name, ...others } = query
  const page = pageOf({ ...others, ...(domainId === null ? {} : { domain_id: domainId }) }, store.userFilters)
  const expiry = expiryCondition(lastOf(query['password_expires_at']))
  const conditions = [...page.conditions, ...expiry, ...providerConditions(query, lastOf(name))]
  return cut(await store.listUsers(ctx, { ...page, conditions }), page)
}

/** Who has a name here or with a provider; or, where the filters are of providers, with one alone. */
function providerConditions(query: ListQuery, name: string | undefined): RawBuilder<SqlBool>[] {
  const known = (conditions: readonly RawBuilder<SqlBool>[]) => sql`
    select f.user_id from identity_federated_users as f where ${sql.join(conditions, sql` and `)}`
  const called = name === undefined ? [] : [sql<SqlBool>`f.display_name = ${name}`]
  const filters = ['idp_id', 'protocol_id', 'unique_id'].flatMap((key) => {
    const value = lastOf(query[key])
    return value === undefined ? [] : [sql<SqlBool>`${sql.ref(`f.${key}`)} = ${value}`]
  })
  if (filters.length > 0) return [sql<SqlBool>`u.id in (${known([...filters, ...called])})`]
  if (name === undefined) return []
  // Neither `or` nor a union right in the `in`: for those an engine would go through a whole domain.
  const here = sql`select w.id from identity_users as w where w.name = ${name} and w.name <> w.id`
  return [sql<SqlBool>`u.id in (select q.id from (${here} union all ${known(called)}) as q)`]
}

const OPERATORS: Readonly<Record<string, RawBuilder<unknown>>> = {
  lt: sql`<`,
  lte: sql`<=`,
  gt: sql`>`,
  gte: sql`>=`,
  eq: sql`=`,
  neq: sql`<>`,
}

/** `password_expires_at=lt:2016-12-08T22:02:00Z` */
function expiryCondition(filter: string | undefined): RawBuilder<SqlBool>[] {
  if (filter === undefined) return []
  const [, operator = 'eq', timestamp = ''] = /^(?:([a-z]{2,3}):)?(.*)$/s.exec(filter) ?? []
  const time = /^\d{4}-\d\d-\d\dT/.test(timestamp) ? Date.parse(timestamp) : Number.NaN
  if (Number.isNaN(time)) {
    throw badRequest(
      'Timestamp not in expected format. The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.',
    )
  }
  const comparison = OPERATORS[operator]
  if (!comparison) {
    throw badRequest(
      `The given operator ${operator} is not valid. It must be one of the following: 'eq', 'neq', 'lt', 'lte', 'gt', or 'gte'.`,
    )
  }
  return [sql<SqlBool>`u.password_expires_at ${comparison} ${time}`]
}

/** Projects a user has roles on, by the rule. @throws notFound, forbidden */
export async function listUserProjects(ctx: Ctx, userId: string): Promise<Project[]> {
  await getUser(ctx, userId, 'identity:list_user_projects')
  return listProjectsOfUser(ctx, userId)
}
