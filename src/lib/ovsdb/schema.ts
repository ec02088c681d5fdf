import { isObject, type Json, type JsonObject } from './json.ts'

export type AtomType = 'integer' | 'real' | 'boolean' | 'string' | 'uuid'

/** A column: one atom, a set of atoms (`single`: of one at most), or a map. */
export type Column =
  | { kind: 'atom'; key: AtomType }
  | { kind: 'set'; key: AtomType; single: boolean }
  | { kind: 'map'; key: AtomType; value: AtomType }

export type Schema = { name: string; version: string; tables: Map<string, Map<string, Column>> }

const ATOM_TYPES: ReadonlySet<string> = new Set<AtomType>(['integer', 'real', 'boolean', 'string', 'uuid'])

function isAtomType(value: Json | undefined): value is AtomType {
  return typeof value === 'string' && ATOM_TYPES.has(value)
}

function parseAtomType(json: Json | undefined): AtomType | undefined {
  const type = isObject(json) ? json.type : json
  return isAtomType(type) ? type : undefined
}

function parseColumn(type: Json | undefined): Column | undefined {
  const key = parseAtomType(isObject(type) ? type.key : type)
  if (key === undefined) return undefined
  if (!isObject(type)) return { kind: 'atom', key }
  if (type.value !== undefined) {
    const value = parseAtomType(type.value)
    return value === undefined ? undefined : { kind: 'map', key, value }
  }
  const single = (type.max ?? 1) === 1
  return single && (type.min ?? 1) === 1 ? { kind: 'atom', key } : { kind: 'set', key, single }
}

/** Reads the reply of `get_schema` (RFC 7047, 4.1.2). Throws when it is not a schema. */
export function parseSchema(json: Json): Schema {
  if (!isObject(json) || typeof json.name !== 'string' || !isObject(json.tables)) throw new Error('not an OVSDB schema')
  const tables = new Map<string, Map<string, Column>>()
  for (const [table, definition] of Object.entries(json.tables)) {
    const columns: JsonObject = isObject(definition) && isObject(definition.columns) ? definition.columns : {}
    const parsed = new Map<string, Column>()
    for (const [name, column] of Object.entries(columns)) {
      const type = parseColumn(isObject(column) ? column.type : undefined)
      if (type !== undefined) parsed.set(name, type)
    }
    tables.set(table, parsed)
  }
  return { name: json.name, version: typeof json.version === 'string' ? json.version : '', tables }
}
