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

/** A user's keys by name, from behind `after`. */
export function listKeypairs(
  ctx: Ctx,
  userId: string,
  after: string | undefined,
  limit: number,
): Promise<KeypairRow[]> {
  const query = ctx.db.read
    .selectFrom('compute_keypairs')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('name')
    .limit(limit)
  return (after === undefined ? query : query.where('name', '>', after)).execute()
}

export async function countKeypairs(ctx: Ctx, userId: string): Promise<number> {
  const row = await ctx.db.read
    .selectFrom('compute_keypairs')
    .select((e) => e.fn.countAll<number | string>().as('count'))
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}

/** The numeric id of the next key. Keys are counted a user, so a tie hurts nobody. */
export async function nextNumber(ctx: Ctx): Promise<number> {
  const row = await ctx.db.write
    .selectFrom('compute_keypairs')
    .select((e) => e.fn.max<number | string | null>('number').as('highest'))
    .executeTakeFirst()
  return Number(row?.highest ?? 0) + 1
}

export const insertKeypair = (ctx: Ctx, row: KeypairRow) =>
  ctx.db.write.insertInto('compute_keypairs').values(row).execute()

/** Whether there was such a key. */
export async function deleteKeypair(ctx: Ctx, userId: string, name: string): Promise<boolean> {
  const result = await ctx.db.write
    .deleteFrom('compute_keypairs')
    .where('user_id', '=', userId)
    .where('name', '=', name)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}
