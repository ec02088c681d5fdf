// Times in requests. Keystone keeps them to the microsecond; so they are whole microseconds since 1970 here.

import { badRequest } from '#platform/errors.ts'

/** `2026-11-21T05:00:00.123456Z`; also without fraction, and without the Z. @throws badRequest for another form, or one that is past */
export function parseExpiry(text: string, nowMs: number): number {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\d*Z?$/.exec(text)
  const seconds = match ? Date.parse(`${match[1]}Z`) : Number.NaN
  if (Number.isNaN(seconds)) {
    throw badRequest(
      'Timestamp not in expected format. The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.',
    )
  }
  const micros = seconds * 1000 + Number((match?.[2] ?? '').padEnd(6, '0'))
  if (micros <= nowMs * 1000) {
    throw badRequest(
      "The 'expires_at' must not be before now. The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.",
    )
  }
  return micros
}

/** `2026-11-21T05:00:00.123456`, without a zone. */
export function formatMicros(micros: number): string {
  const seconds = new Date(Math.floor(micros / 1_000_000) * 1000).toISOString().slice(0, 19)
  return `${seconds}.${String(micros % 1_000_000).padStart(6, '0')}`
}
