// What the fields of Keystone's payloads are made of.

import { decode } from '@msgpack/msgpack'

export class InvalidTokenPayload extends Error {
  override name = 'InvalidTokenPayload'
}

export type Fields = ReturnType<typeof unpackFields>

/** Reads the fields of a payload one after the other; each read throws InvalidTokenPayload where there is something else. */
export function unpackFields(bytes: Uint8Array) {
  const items = decodeArray(bytes)
  let at = 0
  const next = (): unknown => {
    if (at >= items.length) throw new InvalidTokenPayload('too few fields')
    return items[at++]
  }
  return {
    next,
    text: () => textOf(next()),
    id: () => idOf(next()),
    idOrNone: () => idOrNoneOf(next()),
    ids: () => arrayOf(next()).map(idOf),
    uuid: () => uuidOf(next()),
    uuidOrText: () => {
      const value = next()
      return value instanceof Uint8Array && value.length === 16 ? uuidOf(value) : textOf(value)
    },
    bits: () => {
      const bits = next()
      if (typeof bits !== 'number' || !Number.isInteger(bits) || bits < 0) throw new InvalidTokenPayload('bad methods')
      return bits
    },
    time: () => {
      const seconds = next()
      if (typeof seconds !== 'number' || !Number.isFinite(seconds)) throw new InvalidTokenPayload('bad expiry')
      return Math.round(seconds * 1000)
    },
    audits: () =>
      arrayOf(next()).map((value) => {
        if (!(value instanceof Uint8Array)) throw new InvalidTokenPayload('bad audit id')
        return Buffer.from(value).toString('base64url')
      }),
    end: () => {
      if (at !== items.length) throw new InvalidTokenPayload('too many fields')
    },
  }
}

function decodeArray(bytes: Uint8Array): readonly unknown[] {
  let value: unknown
  try {
    value = decode(bytes)
  } catch {
    throw new InvalidTokenPayload('not MessagePack')
  }
  return arrayOf(value)
}

function arrayOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new InvalidTokenPayload('not an array')
  return value
}

/** Text; Keystones before msgpack 1.0 wrote it as bytes. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  throw new InvalidTokenPayload('not text')
}

function uuidOf(value: unknown): string {
  if (!(value instanceof Uint8Array) || value.length !== 16) throw new InvalidTokenPayload('not a UUID')
  return Buffer.from(value).toString('hex')
}

/** Keystone writes an id that it has not got as no text at all. */
function idOrNoneOf(value: unknown): string | null {
  return Array.isArray(value) && value.length === 2 && value[1] === null ? null : idOf(value)
}

function idOf(value: unknown): string {
  const [isBytes, id, ...rest] = arrayOf(value)
  if (typeof isBytes !== 'boolean' || rest.length > 0) throw new InvalidTokenPayload('not an id')
  return isBytes ? uuidOf(id) : textOf(id)
}
