import { forbidden } from '#platform/errors.ts'
import type { Trust } from './store.ts'

/** How often a trust may be handed on at most (`max_redelegation_count`). */
export const MOST_REDELEGATIONS = 3

type Handed = Pick<Trust, 'expiresAt' | 'roleIds' | 'impersonation' | 'remainingUses'>

/** Whether a trust may rest on another: not longer, not more roles, no impersonation where there was none. @throws forbidden */
export function checkRedelegation(parent: Trust, child: Handed): void {
  const { redelegationCount } = parent
  if (redelegationCount <= 0 || redelegationCount > MOST_REDELEGATIONS) {
    throw forbidden(
      `Remaining redelegation depth of ${redelegationCount} out of allowed range of [0..${MOST_REDELEGATIONS}]`,
    )
  }
  if (child.remainingUses !== null) {
    throw forbidden(
      `Field "remaining_uses" is set to ${child.remainingUses} while it must not be set in order to redelegate a trust`,
    )
  }
  if (parent.expiresAt !== null && (child.expiresAt === null || child.expiresAt > parent.expiresAt)) {
    throw forbidden('Requested expiration time is more than redelegated trust can provide')
  }
  if (!child.roleIds.every((id) => parent.roleIds.includes(id))) {
    throw forbidden('Some of requested roles are not in redelegated trust')
  }
  if (!parent.impersonation && child.impersonation) {
    throw forbidden(
      `Impersonation is not allowed because redelegated trust does not specify impersonation. Redelegated trust id: ${parent.id}`,
    )
  }
}
