import type { Ctx } from '#platform/context.ts'

/** The pair that signs assertions; `sealed` is the private key. There is one, with the id 1. */
export type SamlKeyRow = { id: number; sealed: string; certificate: string; created_at: number }

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_saml_keys: SamlKeyRow
  }
}

export const findSamlKey = (ctx: Ctx): Promise<SamlKeyRow | undefined> =>
  ctx.db.read.selectFrom('identity_saml_keys').selectAll().where('id', '=', 1).executeTakeFirst()

export const insertSamlKey = (ctx: Ctx, row: SamlKeyRow) =>
  ctx.db.write.insertInto('identity_saml_keys').values(row).execute()
