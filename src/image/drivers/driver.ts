import type { Readable } from 'node:stream'

/** A part of an object: `end` is the last byte, inclusive. */
export type ByteRange = { readonly start: number; readonly end: number }

/** The disk is full, or the store takes no writes. */
export class StoreError extends Error {
  readonly kind: 'full' | 'denied'

  constructor(kind: 'full' | 'denied', message: string, cause: unknown) {
    super(message, { cause })
    this.kind = kind
  }
}

/**
 * Where the bytes of images lie. An object appears whole or not at all: what is not finished is never readable, and is
 * gone when `write` fails for whatever reason. Names are UUIDs.
 */
export type ImageStore = {
  readonly id: string
  readonly description: string
  readonly type: 'file'
  /** What GET /v2/info/stores/detail tells of it. */
  readonly properties: Readonly<Record<string, unknown>>
  /**
   * Stores what the source gives, until it ends. A piece of it is the store's until it asks for the next.
   * @throws StoreError, or whatever the source throws
   */
  readonly write: (name: string, source: AsyncIterable<Uint8Array>) => Promise<void>
  /** The bytes, or a part of them; undefined where there is no such object. An open reader survives a deletion. */
  readonly read: (name: string, range?: ByteRange) => Promise<Readable | undefined>
  /** Size in bytes; undefined where there is no such object. */
  readonly sizeOf: (name: string) => Promise<number | undefined>
  /** Removes what writes that were killed left, unless something was written to it after `before` (ms since the epoch). */
  readonly sweep: (before: number) => Promise<void>
  /** Names of all objects. */
  readonly list: () => Promise<readonly string[]>
  /** Idempotent. */
  readonly remove: (name: string) => Promise<void>
  /** Path of the object on this machine, where the store keeps one. */
  readonly pathOf: (name: string) => string | undefined
}
