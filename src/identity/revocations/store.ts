import { sql } from 'kysely'
import type { Ctx } from '#platform/context.ts'

/** Tokens issued before a time are no longer good: those of a user, of one login (chain), or one token alone. */
export type RevocationRow = {
  id: string
  user_id: string | null
  project_id: string | null
  domain_id: string | null
  role_id: string | null
  trust_id: string | null
  consumer_id: string | null
  access_token_id: string | null
  audit_id: string | null
  audit_chain_id: string | null
  issued_before: number
  revoked_at: number
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_revocations: RevocationRow
  }
}

export const insertRevocation = (ctx: Ctx, row: RevocationRow) =>
  ctx.db.write.insertInto('identity_revocations').values(row).execute()

/** Revocations that could concern a token: each names a user, a project, a domain, a token or a chain. */
export const listRevocationsOf = (
  ctx: Ctx,
  token: {
    readonly users: readonly string[]
    readonly projectId: string | null
    readonly domainIds: readonly string[]
    readonly auditIds: readonly string[]
  },
): Promise<RevocationRow[]> =>
  ctx.db.read
    .selectFrom('identity_revocations')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('user_id', 'in', token.users),
        eb('project_id', '=', token.projectId ?? ''),
        eb('domain_id', 'in', token.domainIds),
        eb('audit_id', 'in', token.auditIds),
        eb('audit_chain_id', 'in', token.auditIds),
      ]),
    )
    .execute()

/** The newest 1,000, since a time where one is given. */
export function listRevocations(ctx: Ctx, since: number | undefined): Promise<RevocationRow[]> {
  const query = ctx.db.read.selectFrom('identity_revocations').selectAll().orderBy('revoked_at', 'desc').limit(1000)
  return (since === undefined ? query : query.where('revoked_at', '>=', since)).execute()
}

/** Drops what is older than any token can be. Returns how many. */
export async function removeRevocationsBefore(ctx: Ctx, time: number): Promise<number> {
  const result = await ctx.db.write
    .deleteFrom('identity_revocations')
    .where('revoked_at', '<', time)
    .where(sql<boolean>`issued_before < ${time}`)
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
