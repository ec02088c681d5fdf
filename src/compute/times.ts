import { isoMicros } from '#platform/clock.ts'

/** A time as Nova writes most of them, in UTC and without saying so: `2026-11-21T03:00:00.000000`. */
export const naiveTime = (ms: number): string => isoMicros(ms).slice(0, -1)

/** The same of what may not have come yet. */
export const naiveTimeOrNull = (ms: number | null): string | null => (ms === null ? null : naiveTime(ms))
