/** Time as the program sees it, so that tests can move it. */
export type Clock = {
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

export const systemClock: Clock = { now: () => Date.now() }

/** `2026-11-21T03:37:19Z`, as Nova, Placement and Glance write times. */
export const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

/** `2026-11-21T03:37:19.000000Z`, as Keystone writes times: six digits. */
export const isoMicros = (ms: number): string => `${new Date(ms).toISOString().slice(0, 23)}000Z`
