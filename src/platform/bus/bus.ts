// Messages between controllers and agents. Two shapes only: a call to whoever serves an address, and an event to all who listen to a topic.
import { CloudError, type ErrorKind, messageOf } from '../errors.ts'

/** Answers one method. Whatever it throws reaches the caller of the other side as an error of the same kind. */
export type Handler = (args: unknown) => Promise<unknown>
export type Handlers = Readonly<Record<string, Handler>>

/** The bus as both sides see it. Values are JSON. */
export type Bus = {
  /** Answers calls to `address` (`agent.<host>`, `controller`) until the returned function is called. */
  readonly serve: (address: string, handlers: Handlers) => Promise<() => Promise<void>>
  /**
   * Calls a method of whoever serves `address`.
   * @throws CloudError `unavailable` where nobody answers in time; else what the handler threw
   */
  readonly call: (
    address: string,
    method: string,
    args: unknown,
    options?: { readonly timeoutMs?: number },
  ) => Promise<unknown>
  /** Tells everybody who listens, on every controller and agent; nobody may be listening. */
  readonly publish: (topic: string, message: unknown) => Promise<void>
  readonly subscribe: (topic: string, listener: (message: unknown) => void) => Promise<() => Promise<void>>
  readonly close: () => Promise<void>
}

export const defaultTimeoutMs = 60_000
/** Longest message, bytes: a console log of 1 MiB in JSON fits, a flood does not. */
export const maxMessageBytes = 16 * 1024 * 1024

/** An error on its way over the bus. */
export type WireError = { readonly kind: string; readonly message: string; readonly code?: string }

export const toWireError = (error: unknown): WireError =>
  error instanceof CloudError
    ? { kind: error.kind, message: error.message, ...(error.code === undefined ? {} : { code: error.code }) }
    : { kind: 'internal', message: messageOf(error) }

const kinds: ReadonlySet<string> = new Set<ErrorKind>([
  'badRequest',
  'forbidden',
  'notFound',
  'conflict',
  'tooLarge',
  'unavailable',
  'notImplemented',
  'internal',
])
const isKind = (kind: string): kind is ErrorKind => kinds.has(kind)

export const fromWireError = (error: WireError): CloudError =>
  new CloudError(
    isKind(error.kind) ? error.kind : 'internal',
    error.message,
    error.code === undefined ? {} : { code: error.code },
  )
