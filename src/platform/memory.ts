/** Whoever waits for the start must not wait for this, which takes a fifth of a second. */
const DELAY_MS = 1000

/**
 * Gives back, soon, what starting left behind: a quarter of the memory, which V8 would keep until the heap has grown by as much
 * again. Does nothing without `--expose-gc`, with which our roles are started.
 */
export function forgetStart(): void {
  const { gc } = globalThis
  if (gc) setTimeout(() => gc({ type: 'major', execution: 'sync', flavor: 'last-resort' }), DELAY_MS).unref()
}
