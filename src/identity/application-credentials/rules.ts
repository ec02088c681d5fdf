import { forbidden } from '#platform/errors.ts'
import type { Ctx } from '#platform/context.ts'
import { forbiddenFor } from '../errors.ts'

/** Rights that another user lent must not become a credential that outlives the loan. @throws forbidden */
export function refuseBorrowed({ caller }: Ctx): void {
  const kind = caller.token?.delegation?.kind
  if (kind === 'trust' || kind === 'oauth1') {
    throw forbidden('Cannot manage application credentials with a token issued via delegation.')
  }
}

/** A restricted application credential makes no others. @throws forbidden */
export function refuseRestricted({ caller }: Ctx, what = 'additional application credentials'): void {
  const delegation = caller.token?.delegation
  if (delegation?.kind === 'application_credential' && !delegation.unrestricted) {
    throw forbiddenFor(`Using method 'application_credential' is not allowed for managing ${what}.`)
  }
}
