import type { Reconciler } from '#platform/work/reconciler.ts'
import { removeAssertionsBefore } from './store.ts'

/** Forgets assertions that are over: they would be refused for that. */
export const flushSamlAssertions: Reconciler = {
  name: 'identity.flush-saml-assertions',
  everyMs: 600_000,
  run: async (ctx) => ({ removed: await removeAssertionsBefore(ctx, ctx.now) }),
}
