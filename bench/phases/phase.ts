import type { BenchCloud } from '../cloud.ts'
import type { Measure } from '../load.ts'

/** Measures one phase and notes it under its name; phases that a pattern leaves out are not run. */
export type Note = (name: string, run: () => Promise<Measure>) => Promise<void>

/** What every file of phases exports. */
export type Phases = (cloud: BenchCloud, note: Note, seconds: number) => Promise<void>

/** The first id in a reply. */
export const idIn = (text: string): string => /"id":\s?"([^"]+)"/.exec(text)?.[1] ?? ''

/** Runs `count` units on `lines` lines at once. */
export async function pool(count: number, lines: number, unit: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: Math.min(lines, count) }, async () => {
      while (next < count) await unit(next++)
    }),
  )
}
