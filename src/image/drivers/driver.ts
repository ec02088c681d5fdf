import type { Readable } from 'node:stream'

/** A part of an object: `end` is the last byte, inclusive. */
export type ByteRange = { readonly start: number; readonly end: number }

/** The store is full, takes no writes at all, refuses this one, has the object in use, or does not answer. */
export type StoreFailure = 'full' | 'disabled' | 'denied' | 'in-use' | 'away'

/** What went wrong in a store; the message is for the caller. */
export class StoreError extends Error {
  readonly kind: StoreFailure

  constructor(kind: StoreFailure, message: string, cause?: unknown) {
    super(message, { cause })
    this.kind = kind
  }
}

/**
 * Where the bytes of images lie. An object appears whole or not at all: what is not finished is never readable, and is
 * gone when `write` fails for whatever reason. What a store writes has a UUID for a name; what others put there may have any
 * name that `nameOf` gives.
 */
export type ImageStore = {
  readonly id: string
  readonly description: string
  readonly type: StoreType
  /** Stores of more weight are read first. */
  readonly weight: number
  /** Whether it only gives what is there. */
  readonly isReadOnly: boolean
  /** What GET /v2/info/stores/detail tells of it. */
  readonly properties: Readonly<Record<string, unknown>>
  /**
   * Stores what the source gives, until it ends. A piece of it is the store's until it asks for the next.
   * @param size how many bytes will come, where that is known
   * @throws StoreError, or whatever the source throws
   */
  readonly write: (name: string, source: AsyncIterable<Uint8Array>, size?: number) => Promise<void>
  /** The bytes, or a part of them; undefined where there is no such object. An open reader survives a deletion. */
  readonly read: (name: string, range?: ByteRange) => Promise<Readable | undefined>
  /** Size in bytes; undefined where there is no such object. */
  readonly sizeOf: (name: string) => Promise<number | undefined>
  /** Removes what writes that were killed left, unless something was written to it after `before` (ms since the epoch). */
  readonly sweep: (before: number) => Promise<void>
  /** Names of all objects. */
  readonly list: () => Promise<readonly string[]>
  /**
   * Idempotent.
   * @throws StoreError, in-use where something was cloned from it
   */
  readonly remove: (name: string) => Promise<void>
  /** Path of the object on this machine, where the store keeps one. */
  readonly pathOf: (name: string) => string | undefined
  /** Whether others have cloned the object, so that it cannot be removed. */
  readonly isInUse: (name: string) => Promise<boolean>
  /** Where the object is, as locations tell it. */
  readonly urlOf: (name: string) => string
  /** The object that a location names; undefined where it is not in this store. */
  readonly nameOf: (url: string) => string | undefined
}

/** Glance's words for an object that others use. */
export const IN_USE = 'The image cannot be deleted because it is in use through the backend store outside of Glance.'

export type StoreType = 'file' | 'http' | 'rbd' | 's3'

/** What every store is told of itself. */
export type StoreIdentity = { readonly id: string; readonly description: string; readonly weight: number }

/** Names that stores give to what they write. */
export const isObjectName = (name: string): boolean => /^[0-9a-f-]{36}$/.test(name)
