import type { Ctx } from '#platform/context.ts'
import { forbiddenFor, notFoundIn } from '../../errors.ts'
import { lastOf, type ListQuery } from '../../lists.ts'
import { listRolesByIds, type Role } from '../../roles/store.ts'
import * as store from '../store.ts'

/** Application credentials are for one project; trusts would lead out of it. @throws forbidden */
export function refusePrograms({ caller }: Ctx): void {
  if (caller.token?.delegation?.kind === 'application_credential') {
    throw forbiddenFor("Using method 'application_credential' is not allowed for managing trusts.")
  }
}

/** A trust, if the rule lets the caller. One that is not there is 404 for everybody. @throws notFound, forbidden */
export async function getTrust(ctx: Ctx, id: string, rule = 'identity:get_trust'): Promise<store.Trust> {
  const trust = await store.findTrust(ctx, id, ctx.now)
  if (!trust || trust.remainingUses === 0) {
    ctx.can(rule, {})
    throw notFoundIn('trust', id)
  }
  ctx.authorize(rule, { target: { trust: { trustor_user_id: trust.trustorId, trustee_user_id: trust.trusteeId } } })
  refusePrograms(ctx)
  return trust
}

/** The roles of a trust that are still there. */
export const rolesOf = (ctx: Ctx, trust: store.Trust): Promise<Role[]> => listRolesByIds(ctx, trust.roleIds)

/** One role of a trust. @throws notFound, forbidden */
export async function getTrustRole(ctx: Ctx, id: string, roleId: string): Promise<Role> {
  const trust = await getTrust(ctx, id, 'identity:get_role_for_trust')
  const role = (await rolesOf(ctx, trust)).find((row) => row.id === roleId)
  if (!role) throw notFoundIn('role', roleId)
  return role
}

/** All trusts, or a user's own. @throws forbidden */
export async function listTrusts(ctx: Ctx, query: ListQuery): Promise<store.Trust[]> {
  const trustorId = lastOf(query['trustor_user_id'])
  const trusteeId = lastOf(query['trustee_user_id'])
  if (trustorId)
    ctx.authorize('identity:list_trusts_for_trustor', { target: { trust: { trustor_user_id: trustorId } } })
  else if (trusteeId)
    ctx.authorize('identity:list_trusts_for_trustee', { target: { trust: { trustee_user_id: trusteeId } } })
  else ctx.authorize('identity:list_trusts', {})
  refusePrograms(ctx)
  return store.listTrusts(ctx, trustorId ? { trustorId } : trusteeId ? { trusteeId } : {})
}
