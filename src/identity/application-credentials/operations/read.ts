import type { Ctx } from '#platform/context.ts'
import { forbidden } from '#platform/errors.ts'
import { notFoundIn } from '../../errors.ts'
import { cut, type ListQuery, pageOf } from '../../lists.ts'
import { listRolesByIds } from '../../roles/store.ts'
import { findUser } from '../../users/store.ts'
import { userTarget } from '../../users/view.ts'
import { refuseBorrowed } from '../rules.ts'
import * as store from '../store.ts'
import type { Full } from '../view.ts'

/** A credential, if the rule lets the caller: the owner decides, not the user in the path. @throws notFound, forbidden */
export async function getApplicationCredential(ctx: Ctx, userId: string, id: string, rule: string): Promise<Full> {
  const credential = await store.findApplicationCredential(ctx, id)
  ctx.authorize(rule, { user_id: credential?.userId ?? userId })
  refuseBorrowed(ctx)
  if (!credential) throw notFoundIn('Application Credential', id)
  const [full] = await withParts(ctx, [credential])
  if (!full) throw notFoundIn('Application Credential', id)
  return full
}

/** @throws forbidden */
export async function listApplicationCredentials(ctx: Ctx, userId: string, query: ListQuery) {
  ctx.authorize('identity:list_application_credentials', { user_id: userId })
  refuseBorrowed(ctx)
  const page = pageOf(query, store.applicationCredentialFilters)
  const { rows, more } = cut(await store.listApplicationCredentials(ctx, userId, page), page)
  return { rows: await withParts(ctx, rows), more }
}

/** Adds roles and rules: two queries for a whole list. */
export async function withParts(ctx: Ctx, credentials: readonly store.ApplicationCredential[]): Promise<Full[]> {
  const roleIds = new Set(credentials.flatMap(({ roleIds }) => roleIds))
  const roles = new Map((await listRolesByIds(ctx, [...roleIds])).map((role) => [role.id, role]))
  const ruleIds = new Set(credentials.flatMap(({ accessRuleIds }) => accessRuleIds ?? []))
  const rules = new Map((await store.listAccessRulesByIds(ctx, [...ruleIds])).map((rule) => [rule.id, rule]))
  return credentials.map((credential) => ({
    credential,
    roles: credential.roleIds.flatMap((id) => roles.get(id) ?? []),
    rules: credential.accessRuleIds?.flatMap((id) => rules.get(id) ?? []) ?? null,
  }))
}

async function authorizeRules(ctx: Ctx, userId: string, rule: string): Promise<void> {
  const user = await findUser(ctx, userId)
  ctx.authorize(rule, user ? { target: { user: userTarget(user) } } : {})
  refuseBorrowed(ctx)
}

/** @throws forbidden */
export async function listAccessRules(ctx: Ctx, userId: string, query: ListQuery) {
  await authorizeRules(ctx, userId, 'identity:list_access_rules')
  const page = pageOf(query, store.accessRuleFilters)
  return cut(await store.listAccessRules(ctx, userId, page), page)
}

/** @throws notFound, forbidden */
export async function getAccessRule(
  ctx: Ctx,
  userId: string,
  id: string,
  rule = 'identity:get_access_rule',
): Promise<store.AccessRuleRow> {
  await authorizeRules(ctx, userId, rule)
  const row = await store.findAccessRule(ctx, id)
  if (row?.user_id !== userId) throw notFoundIn('Access Rule', id)
  return row
}

/** @throws notFound, forbidden (rule, or a credential still has it) */
export async function deleteAccessRule(ctx: Ctx, userId: string, id: string): Promise<void> {
  await getAccessRule(ctx, userId, id, 'identity:delete_access_rule')
  const page = pageOf({}, {})
  const credentials = await store.listApplicationCredentials(ctx, userId, page)
  if (credentials.some(({ accessRuleIds }) => accessRuleIds?.includes(id))) {
    throw forbidden('May not delete access rule in use')
  }
  await store.removeAccessRule(ctx, id)
}
