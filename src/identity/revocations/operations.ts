import type { Ctx } from '#platform/context.ts'
import { badRequest } from '#platform/errors.ts'
import { newHexId } from '#platform/ids.ts'
import * as store from './store.ts'

const NOTHING = {
  user_id: null,
  project_id: null,
  domain_id: null,
  role_id: null,
  trust_id: null,
  consumer_id: null,
  access_token_id: null,
  audit_id: null,
  audit_chain_id: null,
} as const

const revoke = async (ctx: Ctx, what: Partial<store.RevocationRow>): Promise<void> => {
  // A token knows its time of issue by the second only.
  const now = Math.floor(ctx.now / 1000) * 1000
  await store.insertRevocation(ctx, { ...NOTHING, ...what, id: newHexId(), issued_before: now, revoked_at: now })
}

/** Ends every token of a user that there is. */
export const revokeUser = (ctx: Ctx, userId: string): Promise<void> => revoke(ctx, { user_id: userId })

/** Ends every token of a project. */
export const revokeProject = (ctx: Ctx, projectId: string): Promise<void> => revoke(ctx, { project_id: projectId })

/** Ends every token of users of a domain, and those for the domain or a project in it. */
export const revokeDomain = (ctx: Ctx, domainId: string): Promise<void> => revoke(ctx, { domain_id: domainId })

/** Ends one token. */
export const revokeAuditId = (ctx: Ctx, auditId: string): Promise<void> => revoke(ctx, { audit_id: auditId })

/** The newest revocations, since a time where one is given. @throws badRequest */
export function listRevocations(ctx: Ctx, since: string | undefined): Promise<store.RevocationRow[]> {
  const time = since === undefined ? undefined : Date.parse(since)
  if (time !== undefined && Number.isNaN(time)) throw badRequest(`invalid date format ${since}`)
  return store.listRevocations(ctx, time)
}

/** What of a token revocations are compared with. */
export type Revocable = {
  readonly userId: string
  readonly projectId: string | null
  /** Domains of the user and of the scope. */
  readonly domainIds: readonly string[]
  readonly trustId: string | null
  /** Trustor and trustee count as users of a trust's token. */
  readonly otherUserIds: readonly string[]
  readonly auditIds: readonly string[]
  /** Seconds since 1970, as the token says. */
  readonly issuedAt: number
}

/** Whether a token was revoked: one query. */
export async function isRevoked(ctx: Ctx, token: Revocable): Promise<boolean> {
  const users = [token.userId, ...token.otherUserIds]
  const rows = await store.listRevocationsOf(ctx, { ...token, users })
  return rows.some((row) => matches(row, token, users))
}

/** A revocation concerns a token if everything it names is the token's. */
function matches(row: store.RevocationRow, token: Revocable, users: readonly string[]): boolean {
  if (token.issuedAt * 1000 > row.issued_before) return false
  if (row.user_id !== null && !users.includes(row.user_id)) return false
  if (row.project_id !== null && row.project_id !== token.projectId) return false
  if (row.domain_id !== null && !token.domainIds.includes(row.domain_id)) return false
  if (row.trust_id !== null && row.trust_id !== token.trustId) return false
  if (row.audit_id !== null && row.audit_id !== token.auditIds[0]) return false
  if (row.audit_chain_id !== null && !token.auditIds.includes(row.audit_chain_id)) return false
  return true
}
