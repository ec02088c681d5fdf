import type { Ctx } from '#platform/context.ts'

/** The pair that signs assertions; `sealed` is the private key. There is one, with the id 1. */
export type SamlKeyRow = { id: number; sealed: string; certificate: string; created_at: number }

/** An assertion that was shown here. */
export type SamlAssertionRow = {
  /** SHA-256 of its issuer and id. */
  id: string
  /** SHA-256 of what its user comes in with; null: that is over. */
  session: string | null
  /** What it said, sealed. */
  sealed: string | null
  /** Milliseconds since 1970: until when the user may come in, and until when the assertion could be shown again. */
  session_ends_at: number
  ends_at: number
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_saml_assertions: SamlAssertionRow
    identity_saml_keys: SamlKeyRow
  }
}

export const findSamlKey = (ctx: Ctx): Promise<SamlKeyRow | undefined> =>
  ctx.db.read.selectFrom('identity_saml_keys').selectAll().where('id', '=', 1).executeTakeFirst()

export const insertSamlKey = (ctx: Ctx, row: SamlKeyRow) =>
  ctx.db.write.insertInto('identity_saml_keys').values(row).execute()

/** Fails with a unique violation where the assertion was shown before. */
export const insertAssertion = (ctx: Ctx, row: SamlAssertionRow) =>
  ctx.db.write.insertInto('identity_saml_assertions').values(row).execute()

export const findSession = (ctx: Ctx, session: string): Promise<SamlAssertionRow | undefined> =>
  ctx.db.read
    .selectFrom('identity_saml_assertions')
    .selectAll()
    .where('session', '=', session)
    .where('session_ends_at', '>', ctx.now)
    .executeTakeFirst()

/** Ends a session; false: somebody else has. */
export async function endSession(ctx: Ctx, session: string): Promise<boolean> {
  const { numUpdatedRows } = await ctx.db.write
    .updateTable('identity_saml_assertions')
    .set({ session: null, sealed: null })
    .where('session', '=', session)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Forgets what could not be shown again. Gives how many there were. */
export async function removeAssertionsBefore(ctx: Ctx, time: number): Promise<number> {
  const { numDeletedRows } = await ctx.db.write
    .deleteFrom('identity_saml_assertions')
    .where('ends_at', '<=', time)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
