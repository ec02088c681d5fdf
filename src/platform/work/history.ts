import type { Clock } from '../clock.ts'
import type { Reconciler } from './reconciler.ts'
import { purgeFinished } from './store.ts'

/** How long the story of finished work is kept. */
const keptMs = 7 * 24 * 3600_000

/** Forgets work that ended long ago. */
export const historyReconciler = (clock: Clock): Reconciler => ({
  name: 'work.history',
  everyMs: 3600_000,
  run: async (ctx) => {
    let forgotten = 0
    for (let some = 1; some > 0; forgotten += some) some = await purgeFinished(ctx, clock.now() - keptMs)
    return { forgotten }
  },
})
