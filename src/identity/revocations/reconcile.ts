import type { Reconciler } from '#platform/work/reconciler.ts'
import { removeRevocationsBefore } from './store.ts'

/** Forgets revocations of tokens that nobody can show any more: past their life and the two days that services may still show them. */
export const flushRevocations = (tokenLifeMs: number): Reconciler => ({
  name: 'identity.flush-revocations',
  everyMs: 600_000,
  run: async (ctx) => ({ removed: await removeRevocationsBefore(ctx, ctx.now - tokenLifeMs - 48 * 3_600_000) }),
})
