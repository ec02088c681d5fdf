import type { Ctx } from '#platform/context.ts'
import { notFound } from '#platform/errors.ts'
import { revokeAuditId } from '../../revocations/operations.ts'
import type { TokenRegistry } from './registry.ts'
import type { Entry } from './render.ts'

/** How long past its end a token may still be shown to services that finish work for it (`allow_expired_window`). */
const WINDOW_MS = 48 * 3600 * 1000

/**
 * The entry of the token in X-Subject-Token, if the caller may see it by the rule.
 * @throws notFound, forbidden
 */
export async function checkToken(
  ctx: Ctx,
  tokens: TokenRegistry,
  rule: string,
  subject: string | string[] | undefined,
  allowExpired: boolean,
): Promise<Entry> {
  if (typeof subject !== 'string' || subject === '') {
    ctx.authorize(rule, {})
    throw notFound('No token in the request')
  }
  const found = tokens.entryOf(ctx, subject, allowExpired ? WINDOW_MS : 0)
  const entry = found instanceof Promise ? await found : found
  ctx.authorize(rule, { target: { token: { user_id: entry.payload.userId } } })
  return entry
}

/** Ends one token. @throws notFound, forbidden */
export async function revokeToken(
  ctx: Ctx,
  tokens: TokenRegistry,
  subject: string | string[] | undefined,
): Promise<void> {
  const { payload } = await checkToken(ctx, tokens, 'identity:revoke_token', subject, false)
  const [auditId] = payload.auditIds
  if (auditId !== undefined) await revokeAuditId(ctx, auditId)
  tokens.changed()
}
