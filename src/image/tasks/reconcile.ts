import type { Reconciler } from '#platform/work/reconciler.ts'
import { deleteExpiredTasks } from './store.ts'

/** Forgets tasks that were over two days ago. */
export const taskReconciler: Reconciler = {
  name: 'image.expired-tasks',
  everyMs: 3_600_000,
  run: async (ctx) => ({ removed: await deleteExpiredTasks(ctx, ctx.now) }),
}
