import type { Ctx } from '../context.ts'

/**
 * Convergence with no input: looks at what should be and what is, and mends the difference. Idempotent, safe to run at any time,
 * bounded in what it does at once. Runs periodically and when something asks for it (`work.activate`).
 */
export type Reconciler = {
  readonly name: string
  readonly everyMs: number
  /** Gives back what it found and did, for `haneul doctor`. */
  readonly run: (ctx: Ctx) => Promise<Readonly<Record<string, unknown>>>
}

/** The last run of a reconciler. */
export type ReconcilerStatus = {
  readonly name: string
  readonly lastRun: number | null
  readonly result: Readonly<Record<string, unknown>> | null
  readonly error: string | null
}
