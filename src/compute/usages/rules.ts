// What servers used in a period, as Nova counts it: whole servers for the hours they were there, whether they ran or not.
import { badRequest } from '#platform/errors.ts'

/** Milliseconds since the epoch; `stop` is not part of it. */
export type Period = { readonly start: number; readonly stop: number }

const FORMAT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?| \d{2}:\d{2}:\d{2}\.\d{1,6})$/

function timeOf(text: string | null, now: number): number {
  if (text === null || text === '') return now
  const time = FORMAT.test(text) ? Date.parse(`${text.replace(' ', 'T')}Z`) : Number.NaN
  if (!Number.isNaN(time)) return time
  throw badRequest(`Invalid datetime string: time data '${text}' does not match format '%Y-%m-%d %H:%M:%S.%f'`)
}

/** The period a query asks for; what it leaves out is now. @throws badRequest */
export function readPeriod(params: URLSearchParams, now: number): Period {
  const [start, stop] = [timeOf(params.get('start'), now), timeOf(params.get('end'), now)]
  if (start >= stop && (params.has('start') || params.has('end'))) {
    throw badRequest('Invalid start time. The start time cannot occur after the end time.')
  }
  return { start, stop }
}

/** Hours of the period in which the server was there. */
export function hoursIn({ start, stop }: Period, launchedAt: number, terminatedAt: number | null): number {
  const begin = Math.max(start, launchedAt)
  const end = terminatedAt === null ? stop : Math.min(stop, terminatedAt)
  return Math.max(0, end - begin) / 3_600_000
}
