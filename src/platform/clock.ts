/** Time as the program sees it, so that tests can move it. */
export type Clock = {
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

export const systemClock: Clock = { now: () => Date.now() }

/** `2026-11-21T03:37:19Z`, as Nova, Placement and Glance write times. */
export const isoSeconds = (ms: number): string => `${untilSeconds(ms)}Z`

/** `2026-11-21T03:37:19.000000Z`, as Keystone writes times: six digits. */
export const isoMicros = (ms: number): string =>
  `${untilSeconds(ms)}.${String(modulo(Math.trunc(ms), 1000)).padStart(3, '0')}000Z`

const dayMs = 86_400_000
const modulo = (value: number, by: number): number => value - Math.floor(value / by) * by
/** `00` to `59`. */
const sixty = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'))
let knownDay = Number.NaN
let knownDate = ''

/** `2026-11-21T03:37:19`. A list writes two times a row, and most of them are of one day: Date takes seven times as long. */
function untilSeconds(ms: number): string {
  const day = Math.floor(ms / dayMs)
  if (day !== knownDay) {
    knownDate = new Date(ms).toISOString().slice(0, 11)
    knownDay = day
  }
  const seconds = Math.floor((ms - day * dayMs) / 1000)
  const minutes = Math.floor(seconds / 60)
  return `${knownDate}${sixty[Math.floor(minutes / 60)]}:${sixty[minutes % 60]}:${sixty[seconds % 60]}`
}
