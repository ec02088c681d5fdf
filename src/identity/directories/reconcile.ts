import type { Reconciler } from '#platform/work/reconciler.ts'
import type { Directories } from './operations.ts'

/** Brings over what directories have changed, so that tokens of those who are gone or disabled there end here. */
export const refreshDirectories = (directories: Directories): Reconciler => ({
  name: 'identity.refresh-directories',
  everyMs: 60_000,
  run: (ctx) => directories.refreshAll(ctx),
})
