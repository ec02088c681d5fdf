import type { OpenStack } from '../openstack.ts'
import { type createChecks, expectThat } from '../tally.ts'

/** What each part of the suite works with. */
export type Trial = {
  readonly openstack: OpenStack
  readonly check: ReturnType<typeof createChecks>['check']
}

/** @throws Error showing what came instead */
export function expectSame(actual: unknown, expected: unknown): void {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)]
  expectThat(got === wanted, `expected ${wanted}, got ${got}`)
}

/** A command that must be refused with this status and these words. */
export async function expectRefusal(
  openstack: OpenStack,
  argv: readonly string[],
  status: number,
  words: string,
): Promise<void> {
  const complaint = await openstack.fails(...argv)
  expectThat(complaint.includes(words) && complaint.includes(`HTTP ${status}`), complaint)
}

/** One column of a list, in order. */
export const column = (rows: readonly Readonly<Record<string, unknown>>[], name: string): string[] =>
  rows.map((row) => String(row[name]))
