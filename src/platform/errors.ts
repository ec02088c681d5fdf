// Domain code throws these kinds; each service renders them in its own wire format (`renderError` of its service definition).

const statusOf = {
  badRequest: 400,
  unauthorized: 401,
  forbidden: 403,
  notFound: 404,
  methodNotAllowed: 405,
  notAcceptable: 406,
  conflict: 409,
  gone: 410,
  preconditionFailed: 412,
  tooLarge: 413,
  unsupportedMediaType: 415,
  rangeNotSatisfiable: 416,
  tooManyRequests: 429,
  internal: 500,
  notImplemented: 501,
  unavailable: 503,
} as const

/** The kinds of failure a caller can be told of. */
export type ErrorKind = keyof typeof statusOf

/** What a wire format may need beside the message: Neutron's exception class, Placement's code, headers of the reply. */
export type ErrorDetails = {
  /** Exception class or code as the real service names it, e.g. `NetworkNotFound` or `placement.concurrent_update`. */
  readonly code?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
  /** Keys that the service adds to its error body, e.g. `min_version`. */
  readonly extra?: Readonly<Record<string, unknown>>
  /** Overrides the kind's usual HTTP status (Cinder answers 413 where Nova answers 403). */
  readonly status?: number
}

/** A failure with a kind, an HTTP status and a message meant for the caller. */
export class CloudError extends Error {
  readonly kind: ErrorKind
  readonly status: number
  readonly code: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly extra: Readonly<Record<string, unknown>>

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'CloudError'
    this.kind = kind
    this.status = details.status ?? statusOf[kind]
    this.code = details.code
    this.headers = details.headers ?? {}
    this.extra = details.extra ?? {}
  }
}

const thrower = (kind: ErrorKind) => (message: string, details?: ErrorDetails) => new CloudError(kind, message, details)

export const badRequest = thrower('badRequest')
export const unauthorized = thrower('unauthorized')
export const forbidden = thrower('forbidden')
export const notFound = thrower('notFound')
export const methodNotAllowed = thrower('methodNotAllowed')
export const notAcceptable = thrower('notAcceptable')
export const conflict = thrower('conflict')
export const gone = thrower('gone')
export const preconditionFailed = thrower('preconditionFailed')
export const tooLarge = thrower('tooLarge')
export const unsupportedMediaType = thrower('unsupportedMediaType')
export const rangeNotSatisfiable = thrower('rangeNotSatisfiable')
export const tooManyRequests = thrower('tooManyRequests')
export const internal = thrower('internal')
export const notImplemented = thrower('notImplemented')
export const unavailable = thrower('unavailable')

/** The text of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
