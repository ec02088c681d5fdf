import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import type { Reconciler } from '#platform/work/reconciler.ts'
import type { CredentialKeys } from './keys.ts'
import type { CredentialStore } from './store.ts'

const AT_ONCE = 200

/** Seals all credentials by the newest key, some in each transaction: whoever is killed half-way has others go on. Gives how many it sealed. */
export async function resealCredentials(ctx: Ctx, credentials: CredentialStore): Promise<number> {
  let sealed = 0
  for (let count = AT_ONCE; count === AT_ONCE; sealed += count) {
    count = await inTransaction(ctx, (tx) => credentials.reseal(tx, AT_ONCE))
  }
  return sealed
}

/** Makes a new credential key once the newest is old enough (`ageMs` 0: never), seals by it, and forgets what is not needed any more. */
export const rotateCredentialKeys = (
  keys: CredentialKeys,
  credentials: CredentialStore,
  ageMs: number,
): Reconciler => ({
  name: 'identity.rotate-credential-keys',
  everyMs: 60_000,
  run: async (ctx) => {
    const due = ageMs > 0 && ctx.now - (await keys.rotatedAt(ctx)) >= ageMs
    if (due) await keys.rotate(ctx)
    const sealed = await resealCredentials(ctx, credentials)
    return { rotated: due, sealed, keys: await keys.drop(ctx) }
  },
})
