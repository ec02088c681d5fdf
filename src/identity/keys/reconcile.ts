import type { Reconciler } from '#platform/work/reconciler.ts'
import type { TokenKeys } from './operations.ts'

/** Rotates the token keys once they are old enough (`everyMs` 0: never). Which controller does it does not matter. */
export const rotateTokenKeys = (keys: TokenKeys, ageMs: number): Reconciler => ({
  name: 'identity.rotate-token-keys',
  everyMs: 60_000,
  run: async (ctx) => {
    // Another controller may have rotated them.
    await keys.load(ctx)
    const due = ageMs > 0 && ctx.now - keys.rotatedAt() >= ageMs
    if (due) await keys.rotate(ctx)
    return { rotated: due, keys: keys.all().length }
  },
})
