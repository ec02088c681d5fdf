import type { Cloud } from '../cloud.ts'
import type { OpenStack } from '../openstack.ts'
import type { createChecks } from '../tally.ts'

/** What each part of the suite works with. */
export type Trial = {
  readonly cloud: Cloud
  readonly openstack: OpenStack
  readonly check: ReturnType<typeof createChecks>['check']
  /** Runs a `glance` command that must succeed, and gives what it printed. */
  readonly glance: (...argv: readonly string[]) => Promise<string>
  /** A file of the cloud's state directory. */
  readonly file: (name: string) => string
}

/** The two columns of a table that `glance` prints for one thing. */
export const fieldsOf = (table: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...table.matchAll(/^\| (\S.*?)\s+\| (.*?)\s+\|$/gm)].map(([, name = '', value = '']) => [name, value]),
  )

/** Asks again until the answer is the one that is waited for, for half a minute. */
export async function eventually<T>(ask: () => Promise<T>, isGood: (answer: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const answer = await ask()
    if (isGood(answer) || tries === 30) return answer
    await new Promise((resolve) => {
      setTimeout(resolve, 1000)
    })
  }
}
