// Readers of attribute values, with the messages of neutron_lib's validators and converters.
import { isUuid } from '#platform/ids.ts'
import { pythonRepr } from '#platform/http/validation.ts'
import { httpBadRequest, invalidInput } from '../errors.ts'
import type { Reader } from './attribute.ts'

/** A value as `'%s' % value` prints it. */
export const shown = (value: unknown): string => (typeof value === 'string' ? value : pythonRepr(value))

export type Dict = { readonly [key: string]: unknown }

export const isDict = (value: unknown): value is Dict =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The answer to a value that a validator refuses. */
export const invalidValue = (name: string, reason: string): Error =>
  httpBadRequest(`Invalid input for ${name}. Reason: ${reason}.`)

/** A reader that passes null. */
export const orNull =
  <T>(read: Reader<T>): Reader<T | null> =>
  (value, name) =>
    value === null ? null : read(value, name)

/** Text of at most `max` characters. */
export const text =
  (max: number): Reader<string> =>
  (value, name) => {
    if (typeof value !== 'string') throw invalidValue(name, `'${shown(value)}' is not a valid string`)
    // Python counts code points.
    if (value.length > max && Array.from(value).length > max) {
      throw invalidValue(name, `'${value}' exceeds maximum length of ${max}`)
    }
    return value
  }

/** Text without control characters, and without white space around it. */
export const nameText =
  (max = 255): Reader<string> =>
  (value, name) => {
    const given = text(max)(value, name)
    if (!/^(?!\s)[^\p{C}\p{Zl}\p{Zp}]*(?<!\s)$/u.test(given))
      throw invalidValue(name, `'${given}' is not a valid string`)
    return given
  }

/** A name that is not blank. */
export const filledName: Reader<string> = (value, name) => {
  const given = nameText(255)(value, name)
  if (given.trim() === '') throw invalidValue(name, `'${given}' Blank strings are not permitted`)
  return given
}

export const uuid: Reader<string> = (value, name) => {
  if (typeof value !== 'string' || !isUuid(value)) throw invalidValue(name, `'${shown(value)}' is not a valid UUID`)
  return value
}

export const list =
  <T>(item: Reader<T>): Reader<T[]> =>
  (value, name) => {
    if (!Array.isArray(value)) throw invalidValue(name, `'${shown(value)}' is not a list`)
    const seen = new Set<string>()
    const repeated = value.filter((each) => {
      const key = JSON.stringify(each)
      return seen.has(key) || !seen.add(key)
    })
    if (repeated.length > 0) {
      throw invalidValue(name, `Duplicate items in the list: '${repeated.map(shown).join(', ')}'`)
    }
    return value.map((each) => item(each, name))
  }

const TRUE = new Set(['1', 't', 'true', 'on', 'y', 'yes'])
const FALSE = new Set(['0', 'f', 'false', 'off', 'n', 'no'])

/** A truth value as oslo's `bool_from_string` takes it; undefined for anything else. */
export function toBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  const word = typeof value === 'string' || typeof value === 'number' ? String(value).trim().toLowerCase() : ''
  if (TRUE.has(word)) return true
  return FALSE.has(word) ? false : undefined
}

export const boolean: Reader<boolean> = (value) => {
  const given = toBoolean(value)
  if (given === undefined) throw invalidInput(`'${shown(value)}' cannot be converted to boolean`)
  return given
}

/** A whole number as Python's `int` takes it; undefined for anything else. */
export function toInteger(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number') return Number.isFinite(value) ? Math.trunc(value) : undefined
  return typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : undefined
}

export const integer: Reader<number> = (value) => {
  const given = toInteger(value)
  if (given === undefined) throw invalidInput(`'${shown(value)}' is not an integer`)
  return given
}

export const nonNegative: Reader<number> = (value, name) => {
  const given = integer(value, name)
  if (given < 0) throw invalidValue(name, `'${shown(value)}' should be non-negative`)
  return given
}

export const inRange =
  (min: number, max: number): Reader<number> =>
  (value, name) => {
    const given = integer(value, name)
    if (given < min) throw invalidValue(name, `'${given}' is too small - must be at least '${min}'`)
    if (given > max) throw invalidValue(name, `'${given}' is too large - must be no larger than '${max}'`)
    return given
  }

/** One of a few values. */
export const oneOf =
  <const T extends string | number>(...values: readonly T[]): Reader<T> =>
  (value, name) => {
    const found = values.find((each) => each === value)
    if (found === undefined) throw invalidValue(name, `${shown(value)} is not in ${pythonRepr(values)}`)
    return found
  }

export const dict: Reader<Dict> = (value, name) => {
  if (!isDict(value)) throw invalidValue(name, `'${shown(value)}' is not a dictionary`)
  return value
}
