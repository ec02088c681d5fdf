import type { Readable } from 'node:stream'

/** An answer that is more than a JSON body with the route's status. */
export class Reply {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string>>
  /** A value to send as JSON; text or bytes to send as they are (with a content-type header); a stream; or nothing. */
  readonly body: unknown

  constructor(parts: { status?: number; headers?: Readonly<Record<string, string>>; body?: unknown }) {
    this.status = parts.status
    this.headers = parts.headers ?? {}
    this.body = parts.body
  }
}

/** An answer with its own status or headers. */
export const reply = (parts: { status?: number; headers?: Readonly<Record<string, string>>; body?: unknown }): Reply =>
  new Reply(parts)

/** JSON that was rendered before: sent as it is. */
export const renderedJson = (text: string, headers: Readonly<Record<string, string>> = {}): Reply =>
  new Reply({ headers: { 'content-type': 'application/json', ...headers }, body: text })

/** Bytes as they come. */
export const streamReply = (body: Readable, status: number, headers: Readonly<Record<string, string>>): Reply =>
  new Reply({ body, status, headers })
