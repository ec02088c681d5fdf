import { type Logger, pino } from 'pino'

export type Log = Logger

// Keys that never reach a log line, at any depth that our records have.
const secretKeys = [
  'password',
  'token',
  'secret',
  'adminPass',
  'user_data',
  'privateKey',
  'authorization',
  'x-auth-token',
]

/**
 * One JSON line a record on standard output, with the request id where there is one.
 * @param level trace, debug, info, warn, error or silent
 */
export const createLog = (level: string): Log =>
  pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secretKeys.flatMap((key) => [`["${key}"]`, `*["${key}"]`]), censor: '***' },
  })
