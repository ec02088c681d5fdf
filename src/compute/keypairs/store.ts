import type { Ctx } from '#platform/context.ts'

/** A user's key. `number` orders them by age and is Nova's numeric id. */
export type KeypairRow = {
  user_id: string
  name: string
  number: number
  type: string
  public_key: string
  fingerprint: string
  created_at: number
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    compute_keypairs: KeypairRow
  }
}

export const findKeypair = (ctx: Ctx, userId: string, name: string): Promise<KeypairRow | undefined> =>
  ctx.db.read
    .selectFrom('compute_keypairs')
    .selectAll()
    .where('user_id', '=', userId)
    .where('name', '=', name)
    .executeTakeFirst()
