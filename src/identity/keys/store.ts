import type { Ctx } from '#platform/context.ts'

/** A Fernet key, sealed under the master key. Id 0 is the staged key; of the others the highest is the primary. */
export type TokenKeyRow = { id: number; sealed: string; created_at: number }

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_token_keys: TokenKeyRow
  }
}

export const listTokenKeys = (ctx: Ctx): Promise<TokenKeyRow[]> =>
  ctx.db.read.selectFrom('identity_token_keys').selectAll().orderBy('id').execute()

export const insertTokenKey = (ctx: Ctx, row: TokenKeyRow) =>
  ctx.db.write.insertInto('identity_token_keys').values(row).execute()

export const removeTokenKeys = (ctx: Ctx, ids: readonly number[]) =>
  ctx.db.write.deleteFrom('identity_token_keys').where('id', 'in', ids).execute()
