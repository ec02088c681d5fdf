import type { Ctx } from '#platform/context.ts'
import { type Attributes, parseAttributes } from '../attributes.ts'

type TrustRow = {
  id: string
  trustor_user_id: string
  trustee_user_id: string
  project_id: string | null
  impersonation: number
  expires_at: number | null
  remaining_uses: number | null
  redelegated_trust_id: string | null
  redelegation_count: number
  deleted_at: number | null
  role_ids: string
  extra: string
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_trusts: TrustRow
  }
}

/** Roles in a project that one user (trustor) lends to another (trustee). A deleted one is kept, and never found. */
export type Trust = {
  readonly id: string
  readonly trustorId: string
  readonly trusteeId: string
  readonly projectId: string | null
  /** Whether tokens of it say that they are the trustor's. */
  readonly impersonation: boolean
  /** Microseconds since 1970. */
  readonly expiresAt: number | null
  readonly remainingUses: number | null
  readonly redelegatedTrustId: string | null
  readonly redelegationCount: number
  readonly roleIds: readonly string[]
  readonly extra: Attributes
}

const toTrust = (row: TrustRow): Trust => ({
  id: row.id,
  trustorId: row.trustor_user_id,
  trusteeId: row.trustee_user_id,
  projectId: row.project_id,
  impersonation: row.impersonation === 1,
  expiresAt: row.expires_at,
  remainingUses: row.remaining_uses,
  redelegatedTrustId: row.redelegated_trust_id,
  redelegationCount: row.redelegation_count,
  roleIds: row.role_ids === '' ? [] : row.role_ids.split(','),
  extra: parseAttributes(row.extra),
})

/** A trust that is neither deleted nor expired; it may be used up. */
export async function findTrust(ctx: Ctx, id: string, nowMs: number): Promise<Trust | undefined> {
  const row = await ctx.db.read
    .selectFrom('identity_trusts')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (!row || (row.expires_at !== null && row.expires_at < nowMs * 1000)) return undefined
  return toTrust(row)
}

/** The newest 1,000, of a trustor or for a trustee where one is given. */
export async function listTrusts(
  ctx: Ctx,
  { trustorId, trusteeId, redelegatedTrustId }: { trustorId?: string; trusteeId?: string; redelegatedTrustId?: string },
): Promise<Trust[]> {
  let query = ctx.db.read.selectFrom('identity_trusts').selectAll().where('deleted_at', 'is', null)
  if (trustorId !== undefined) query = query.where('trustor_user_id', '=', trustorId)
  if (trusteeId !== undefined) query = query.where('trustee_user_id', '=', trusteeId)
  if (redelegatedTrustId !== undefined) query = query.where('redelegated_trust_id', '=', redelegatedTrustId)
  return (await query.orderBy('id').limit(1000).execute()).map(toTrust)
}

export async function insertTrust(ctx: Ctx, trust: Trust): Promise<void> {
  await ctx.db.write
    .insertInto('identity_trusts')
    .values({
      id: trust.id,
      trustor_user_id: trust.trustorId,
      trustee_user_id: trust.trusteeId,
      project_id: trust.projectId,
      impersonation: trust.impersonation ? 1 : 0,
      expires_at: trust.expiresAt,
      remaining_uses: trust.remainingUses,
      redelegated_trust_id: trust.redelegatedTrustId,
      redelegation_count: trust.redelegationCount,
      deleted_at: null,
      role_ids: trust.roleIds.join(','),
      extra: JSON.stringify(trust.extra),
    })
    .execute()
}

/** Uses a trust once. False: it had no use left, or somebody took the last one at the same time. */
export async function consumeTrust(ctx: Ctx, { id, remainingUses }: Trust): Promise<boolean> {
  if (remainingUses === null) return true
  if (remainingUses <= 0) return false
  const result = await ctx.db.write
    .updateTable('identity_trusts')
    .set({ remaining_uses: remainingUses - 1 })
    .where('id', '=', id)
    .where('remaining_uses', '=', remainingUses)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

const DELETED = (ctx: Ctx) => ({ deleted_at: ctx.now })

export async function removeTrust(ctx: Ctx, id: string): Promise<void> {
  await ctx.db.write.updateTable('identity_trusts').set(DELETED(ctx)).where('id', '=', id).execute()
}

export async function removeTrustsOfUser(ctx: Ctx, userId: string): Promise<void> {
  await ctx.db.write
    .updateTable('identity_trusts')
    .set(DELETED(ctx))
    .where((eb) => eb.or([eb('trustor_user_id', '=', userId), eb('trustee_user_id', '=', userId)]))
    .execute()
}

export async function removeTrustsIn(ctx: Ctx, projectIds: readonly string[]): Promise<void> {
  if (projectIds.length === 0) return
  await ctx.db.write.updateTable('identity_trusts').set(DELETED(ctx)).where('project_id', 'in', projectIds).execute()
}

/** Drops trusts that were deleted or have expired before a time. Returns how many. */
export async function flushTrusts(ctx: Ctx, beforeMs: number): Promise<number> {
  const result = await ctx.db.write
    .deleteFrom('identity_trusts')
    .where((eb) => eb.or([eb('deleted_at', '<', beforeMs), eb('expires_at', '<', beforeMs * 1000)]))
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
