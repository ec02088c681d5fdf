import type { Ctx } from '#platform/context.ts'
import { linkTo } from '../lists.ts'
import type { Role } from '../roles/store.ts'
import { viewRole } from '../roles/view.ts'
import { formatMicros } from '../times.ts'
import type { Trust } from './store.ts'

/** A trust as lists show it: without its roles. */
export const viewTrust = (ctx: Ctx, trust: Trust) => ({
  ...trust.extra,
  id: trust.id,
  trustor_user_id: trust.trustorId,
  trustee_user_id: trust.trusteeId,
  project_id: trust.projectId,
  impersonation: trust.impersonation,
  expires_at: trust.expiresAt === null ? null : `${formatMicros(trust.expiresAt)}Z`,
  remaining_uses: trust.remainingUses,
  redelegated_trust_id: trust.redelegatedTrustId,
  redelegation_count: trust.redelegationCount,
  deleted_at: null,
  links: { self: linkTo(ctx, `OS-TRUST/trusts/${trust.id}`) },
})

/** Its roles, as a list of their own. */
export const viewTrustRoles = (ctx: Ctx, trust: Trust, roles: readonly Role[]) => ({
  roles: roles.map((role) => viewRole(ctx, role)),
  links: { self: linkTo(ctx, `${trust.id}/roles`), next: null, previous: null },
})

/** A trust with its roles. */
export function viewWholeTrust(ctx: Ctx, trust: Trust, found: readonly Role[]) {
  const { roles, links } = viewTrustRoles(ctx, trust, found)
  return { ...viewTrust(ctx, trust), roles, roles_links: links }
}
