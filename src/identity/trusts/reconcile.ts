import type { Reconciler } from '#platform/work/reconciler.ts'
import { flushTrusts } from './store.ts'

/** A deleted or expired trust is kept for a day, for those who ask what it was. */
const KEPT_MS = 86_400_000

/** Drops trusts that are over. */
export const flushExpiredTrusts: Reconciler = {
  name: 'identity.flush-trusts',
  everyMs: 600_000,
  run: async (ctx) => ({ removed: await flushTrusts(ctx, ctx.now - KEPT_MS) }),
}
