/** How many checks passed, failed or could not be run here. */
export type Tally = { readonly passed: number; readonly failed: number; readonly skipped: number }

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0 }

export const add = (a: Tally, b: Tally): Tally => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
})

/** The line that machines read. */
export const closingLine = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`

/** Runs one check and prints how it ended. */
export type Check = <T>(name: string, action: () => Promise<T>) => Promise<T | undefined>

/** A list of checks that are run in order, each printed as it ends. A failed one does not stop the others. */
export function createChecks() {
  let tally = nothing
  return {
    /** Runs one check; what it throws is why it failed. */
    check: async <T>(name: string, action: () => Promise<T>): Promise<T | undefined> => {
      const started = performance.now()
      try {
        const result = await action()
        tally = add(tally, { ...nothing, passed: 1 })
        process.stdout.write(`ok    ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`)
        return result
      } catch (error) {
        tally = add(tally, { ...nothing, failed: 1 })
        process.stdout.write(
          `FAIL  ${name}\n      ${(error instanceof Error ? error.message : String(error)).replaceAll('\n', '\n      ')}\n`,
        )
        return undefined
      }
    },
    tally: (): Tally => tally,
  }
}

/** @throws Error saying what was expected */
export function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}

/** Polls until the predicate holds. */
export async function until(what: string, seconds: number, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + seconds * 1000
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}
