// What a caller says of data that it did not send through us. Source of the words: glance/api/v2/images.py.
import { createHash } from 'node:crypto'
import { badRequest, conflict } from '#platform/errors.ts'
import { detailed } from '../../errors.ts'
import type { ImageRow } from '../../images/store/tables.ts'
import type { NewLocation } from '../schemas.ts'

const NAMES = ['checksum', 'os_hash_algo', 'os_hash_value'] as const
const ALGORITHM = 'sha512'

type Values = { -readonly [name in (typeof NAMES)[number]]?: string }

const isHex = (text: string): boolean => text.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(text)
const sizeOf = (algorithm: string): number => createHash(algorithm).digest().length

/**
 * What locations tell of the data that the image does not say yet.
 * @throws conflict where they say different things, or nothing that can be
 */
export const newValues = (image: ImageRow, locations: readonly NewLocation[]): Values => {
  const given: Values = {}
  for (const { validation_data: data } of locations) {
    for (const name of NAMES) {
      const value = data?.[name]
      if (value === undefined) continue
      if ((given[name] ?? value) !== value) throw conflict(`Conflicting values for ${name}`)
      given[name] = value
    }
  }
  const fresh: Values = {}
  for (const name of NAMES) {
    const value = given[name]
    if (value === undefined || value === image[name]) continue
    if (image[name]) throw conflict(`${name} is already set with a different value`)
    fresh[name] = value
  }
  const names = Object.keys(fresh)
  if (names.length === 0) return fresh
  if (image.status !== 'queued') {
    throw conflict(`New value(s) for ${names.join(', ')} may only be provided when image status is 'queued'`)
  }
  checkNew(fresh)
  return fresh
}

const checkNew = ({ checksum, os_hash_algo: algorithm, os_hash_value: value = '' }: Values): void => {
  if (checksum !== undefined) {
    if (!isHex(checksum)) throw conflict(`checksum (${checksum}) is not a valid hexadecimal value`)
    if (checksum.length !== 32) {
      throw conflict(`checksum (${checksum}) is not the correct size for md5 (should be 16 bytes)`)
    }
  }
  if (algorithm !== ALGORITHM) throw conflict(`os_hash_algo must be ${ALGORITHM}, not ${algorithm ?? 'None'}`)
  if (!isHex(value)) throw conflict(`os_hash_value (${value}) is not a valid hexadecimal value`)
  if (value.length !== sizeOf(algorithm) * 2) {
    throw conflict(
      `os_hash_value (${value}) is not the correct size for ${algorithm} (should be ${sizeOf(algorithm)} bytes)`,
    )
  }
}

/** @throws badRequest for a hash that cannot be one of its algorithm */
export const checkHash = (algorithm: string, value: string): void => {
  if (!isHex(value)) throw badRequest(`os_hash_value (${value}) is not a valid hexadecimal value`)
  const size = sizeOf(algorithm)
  if (value.length !== size * 2) {
    throw badRequest(`os_hash_value: (${value}) is not the correct size for (${algorithm}) (should be (${size}) bytes)`)
  }
}

/** @throws forbidden for no locations at all */
export const requireSome = (locations: readonly unknown[]): void => {
  if (locations.length === 0) throw detailed('forbidden', 'Cannot set locations to empty list.')
}

/** The place in a list that a pointer names: `-` is the end; undefined where it names none. */
export const placeIn = (pointer: string, length: number, mayBeNew: boolean): number | undefined => {
  const place = /^\d+$/.test(pointer) ? Number(pointer) : pointer === '-' ? (mayBeNew ? length : length - 1) : undefined
  if (place === undefined) return undefined
  if (mayBeNew) return Math.min(place, length)
  return place >= 0 && place < length ? place : undefined
}
