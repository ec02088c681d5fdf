import type { Ctx } from '#platform/context.ts'

/** A Fernet key, sealed under the master key. Id 0 is the staged key; of the others the highest is the primary. */
export type TokenKeyRow = { id: number; sealed: string; created_at: number }

/** A pair of keys of JWS tokens; `sealed` is the private one, null where this cloud does not have it. */
export type JwsKeyRow = { id: number; sealed: string | null; public_pem: string; created_at: number }

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_jws_keys: JwsKeyRow
    identity_token_keys: TokenKeyRow
  }
}

export const listTokenKeys = (ctx: Ctx): Promise<TokenKeyRow[]> =>
  ctx.db.read.selectFrom('identity_token_keys').selectAll().orderBy('id').execute()

export const insertTokenKey = (ctx: Ctx, row: TokenKeyRow) =>
  ctx.db.write.insertInto('identity_token_keys').values(row).execute()

export const removeTokenKeys = (ctx: Ctx, ids: readonly number[]) =>
  ctx.db.write.deleteFrom('identity_token_keys').where('id', 'in', ids).execute()

/** Newest first. */
export const listJwsKeys = (ctx: Ctx): Promise<JwsKeyRow[]> =>
  ctx.db.read.selectFrom('identity_jws_keys').selectAll().orderBy('id', 'desc').execute()

export const insertJwsKey = (ctx: Ctx, row: JwsKeyRow) =>
  ctx.db.write.insertInto('identity_jws_keys').values(row).execute()

export const removeJwsKeys = (ctx: Ctx, ids: readonly number[]) =>
  ctx.db.write.deleteFrom('identity_jws_keys').where('id', 'in', ids).execute()
