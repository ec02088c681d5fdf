// The JSON notation of OVSDB values (RFC 7047, 5.1) and the plain ones used here. The schema decides how a column is read, because
// on the wire a set of one is written as its only member.
import { isObject, type Json } from './json.ts'
import type { AtomType, Column } from './schema.ts'

export type Atom = string | number | boolean
/** An atom, a set (array), or a map (object; its keys become text). UUIDs are plain text. */
export type Value = Atom | readonly Atom[] | { readonly [key: string]: Atom }
export type Row = { readonly [column: string]: Value }

/** A row inserted earlier in the same transaction, by its `uuidName`. */
export type NamedUuid = { readonly named: string }
/** What may be written: values, and named UUIDs where a UUID belongs. */
export type Writable = Value | NamedUuid | readonly (Atom | NamedUuid)[]

function isNamed(value: Atom | NamedUuid): value is NamedUuid {
  return typeof value === 'object'
}

function isSingle(value: Writable): value is Atom | NamedUuid {
  return typeof value !== 'object' || (!Array.isArray(value) && 'named' in value && Object.keys(value).length === 1)
}

function isList(value: Writable): value is readonly (Atom | NamedUuid)[] {
  return Array.isArray(value)
}

function encodeAtom(type: AtomType, value: Atom | NamedUuid): Json {
  if (isNamed(value)) {
    if (type !== 'uuid') throw new TypeError(`a named row cannot be written as ${type}`)
    return ['named-uuid', value.named]
  }
  switch (type) {
    case 'uuid':
      if (typeof value === 'string') return ['uuid', value]
      break
    case 'string':
      if (typeof value === 'string') return value
      break
    case 'boolean':
      if (typeof value === 'boolean') return value
      break
    case 'integer':
      if (typeof value === 'number' && Number.isInteger(value)) return value
      break
    case 'real':
      if (typeof value === 'number') return value
      break
  }
  throw new TypeError(`${JSON.stringify(value)} cannot be written as ${type}`)
}

function mapKey(type: AtomType, key: string): Atom {
  if (type === 'integer' || type === 'real') return Number(key)
  return type === 'boolean' ? key === 'true' : key
}

/** A value as its column has it on the wire. Throws TypeError when the value does not fit the column. */
export function encodeValue(column: Column, value: Writable): Json {
  if (isSingle(value)) {
    if (column.kind === 'map') throw new TypeError('a map column needs an object')
    return encodeAtom(column.key, value)
  }
  if (isList(value)) {
    if (column.kind === 'map') throw new TypeError('a map column needs an object')
    if (column.kind === 'atom') throw new TypeError('a column of one value cannot hold a set')
    return ['set', value.map((atom) => encodeAtom(column.key, atom))]
  }
  if (column.kind !== 'map') throw new TypeError('only a map column holds an object')
  const pairs = Object.entries(value).map(([key, atom]): Json => {
    return [encodeAtom(column.key, mapKey(column.key, key)), encodeAtom(column.value, atom)]
  })
  return ['map', pairs]
}

function decodeAtom(type: AtomType, json: Json | undefined): Atom {
  if (type === 'uuid') {
    if (Array.isArray(json) && json[0] === 'uuid' && typeof json[1] === 'string') return json[1]
  } else if (typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean') {
    return json
  }
  throw new TypeError(`not an OVSDB ${type}: ${JSON.stringify(json)}`)
}

function taggedList(json: Json, tag: 'set' | 'map'): Json[] | undefined {
  return Array.isArray(json) && json[0] === tag && Array.isArray(json[1]) ? json[1] : undefined
}

/** A wire value as a plain one. Throws TypeError when it is not of the column's type. */
export function decodeValue(column: Column, json: Json): Value {
  if (column.kind === 'atom') return decodeAtom(column.key, json)
  if (column.kind === 'set') {
    const list = taggedList(json, 'set')
    return list === undefined ? [decodeAtom(column.key, json)] : list.map((item) => decodeAtom(column.key, item))
  }
  const pairs = taggedList(json, 'map')
  if (pairs === undefined) throw new TypeError(`not an OVSDB map: ${JSON.stringify(json)}`)
  const map: { [key: string]: Atom } = {}
  for (const pair of pairs) {
    if (!Array.isArray(pair)) throw new TypeError('not an OVSDB map')
    map[String(decodeAtom(column.key, pair[0]))] = decodeAtom(column.value, pair[1])
  }
  return map
}

/** A row of the wire, columns unknown to the schema left out. */
export function decodeRow(columns: ReadonlyMap<string, Column>, json: Json | undefined): { [column: string]: Value } {
  const row: { [column: string]: Value } = {}
  if (!isObject(json)) return row
  for (const [name, value] of Object.entries(json)) {
    const column = columns.get(name)
    if (column !== undefined) row[name] = decodeValue(column, value)
  }
  return row
}

const DEFAULT_ATOMS: { readonly [type in AtomType]: Atom } = {
  integer: 0,
  real: 0,
  boolean: false,
  string: '',
  uuid: '00000000-0000-0000-0000-000000000000',
}

/** What an absent column of an insert stands for (RFC 7047, 5.2.1). */
export function defaultValue(column: Column): Value {
  if (column.kind === 'set') return []
  return column.kind === 'map' ? {} : DEFAULT_ATOMS[column.key]
}

function isAtomList(value: Value): value is readonly Atom[] {
  return Array.isArray(value)
}

function isAtomMap(value: Value): value is { readonly [key: string]: Atom } {
  return typeof value === 'object' && !Array.isArray(value)
}

/** Applies the difference that `update2`'s "modify" carries: sets by exclusive or, maps by changed keys, single values replaced. */
export function applyDifference(column: Column, current: Value, difference: Value): Value {
  if (column.kind === 'set' && !column.single && isAtomList(current) && isAtomList(difference)) {
    const result = new Set(current)
    for (const atom of difference) if (!result.delete(atom)) result.add(atom)
    return [...result]
  }
  if (column.kind === 'map' && isAtomMap(current) && isAtomMap(difference)) {
    const result: { [key: string]: Atom } = { ...current }
    for (const [key, atom] of Object.entries(difference)) {
      if (result[key] === atom) delete result[key]
      else result[key] = atom
    }
    return result
  }
  return difference
}

/** The text of a column, or '' when it holds none. */
export function textOf(row: Row | undefined, column: string): string {
  const value = row?.[column]
  if (typeof value === 'string') return value
  return Array.isArray(value) && typeof value[0] === 'string' ? value[0] : ''
}

/** The number of a column, or undefined when it holds none. */
export function numberOf(row: Row | undefined, column: string): number | undefined {
  const value = row?.[column]
  const atom = Array.isArray(value) ? value[0] : value
  return typeof atom === 'number' ? atom : undefined
}

/** The truth value of a column, or undefined when the column is an empty set. */
export function booleanOf(row: Row | undefined, column: string): boolean | undefined {
  const value = row?.[column]
  const atom = Array.isArray(value) ? value[0] : value
  return typeof atom === 'boolean' ? atom : undefined
}

/** The texts (or UUIDs) of a set column. */
export function listOf(row: Row | undefined, column: string): string[] {
  const value = row?.[column]
  if (value === undefined) return []
  if (isAtomList(value)) return value.map(String)
  return typeof value === 'object' ? [] : [String(value)]
}

/** A map column with its values as text. */
export function mapOf(row: Row | undefined, column: string): { [key: string]: string } {
  const value = row?.[column]
  const result: { [key: string]: string } = {}
  if (value !== undefined && isAtomMap(value))
    for (const [key, atom] of Object.entries(value)) result[key] = String(atom)
  return result
}

function sameAtoms(a: readonly Atom[], b: readonly Atom[]): boolean {
  if (a.length !== b.length) return false
  const members = new Set(a)
  return b.every((atom) => members.has(atom))
}

/** Whether two values are the same to OVSDB, where the order of a set says nothing. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  if (isAtomMap(a) && isAtomMap(b)) {
    const keys = Object.keys(a)
    return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key])
  }
  if (isAtomMap(a) || isAtomMap(b)) return false
  return sameAtoms(isAtomList(a) ? a : [a], isAtomList(b) ? b : [b])
}
