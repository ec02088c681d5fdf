// The client's copy of the monitored tables. Rows are never changed in place: an update puts a new object, so what a reader holds
// stays as it was. Indexes map a text (a column, or one key of a map column) to the rows that have it.
import { isObject, type Json } from './json.ts'
import type { Column, Schema } from './schema.ts'
import { applyDifference, decodeRow, defaultValue, mapOf, type Row, textOf } from './values.ts'

/** An index over a column, or over one key of a map column. */
export type IndexSpec = { table: string; column: string; key?: string }

/** One row that came, went or changed; `old` and `new` tell which. */
export type RowChange = { table: string; uuid: string; old?: Row; new?: Row }

type Index = { spec: IndexSpec; uuids: Map<string, Set<string>> }

const NO_ROWS: ReadonlyMap<string, Row> = new Map()

export class Replica {
  #schema: Schema | undefined
  #tables = new Map<string, Map<string, Row>>()
  #indexes = new Map<string, Index[]>()

  constructor(indexes: readonly IndexSpec[]) {
    for (const spec of indexes) {
      const list = this.#indexes.get(spec.table) ?? []
      list.push({ spec, uuids: new Map() })
      this.#indexes.set(spec.table, list)
    }
  }

  /** Forgets everything and takes a new schema: the start of a (re)synchronisation. */
  reset(schema: Schema): void {
    this.#schema = schema
    this.#tables.clear()
    for (const list of this.#indexes.values()) for (const index of list) index.uuids.clear()
  }

  rows(table: string): ReadonlyMap<string, Row> {
    return this.#tables.get(table) ?? NO_ROWS
  }

  get(table: string, uuid: string): Row | undefined {
    return this.#tables.get(table)?.get(uuid)
  }

  /** UUIDs of the rows with the value; the index must have been declared. */
  find(table: string, column: string, value: string, key?: string): string[] {
    const index = this.#indexes.get(table)?.find(({ spec }) => spec.column === column && spec.key === key)
    if (index === undefined) throw new Error(`no index on ${table}.${column}${key === undefined ? '' : `:${key}`}`)
    return [...(index.uuids.get(value) ?? [])]
  }

  /** Applies `table-updates` of `update` (RFC 7047) or `update2` (ovsdb-server(7)) and tells what changed. */
  apply(updates: Json, format: 'update' | 'update2'): RowChange[] {
    const changes: RowChange[] = []
    if (!isObject(updates)) return changes
    for (const [table, rows] of Object.entries(updates)) {
      const columns = this.#schema?.tables.get(table)
      if (columns === undefined || !isObject(rows)) continue
      for (const [uuid, update] of Object.entries(rows)) {
        const old = this.get(table, uuid)
        const next = format === 'update' ? rowOfUpdate(columns, update) : rowOfUpdate2(columns, update, old)
        this.#put(table, uuid, old, next)
        if (old !== undefined && next !== undefined) changes.push({ table, uuid, old, new: next })
        else if (next !== undefined) changes.push({ table, uuid, new: next })
        else if (old !== undefined) changes.push({ table, uuid, old })
      }
    }
    return changes
  }

  #put(table: string, uuid: string, old: Row | undefined, next: Row | undefined): void {
    let rows = this.#tables.get(table)
    if (rows === undefined) {
      rows = new Map()
      this.#tables.set(table, rows)
    }
    if (next === undefined) rows.delete(uuid)
    else rows.set(uuid, next)
    for (const index of this.#indexes.get(table) ?? []) reindex(index, uuid, old, next)
  }
}

function indexedText(spec: IndexSpec, row: Row | undefined): string | undefined {
  if (row === undefined) return undefined
  return spec.key === undefined ? textOf(row, spec.column) : mapOf(row, spec.column)[spec.key]
}

function reindex({ spec, uuids }: Index, uuid: string, old: Row | undefined, next: Row | undefined): void {
  const before = indexedText(spec, old)
  const after = indexedText(spec, next)
  if (before === after) return
  if (before !== undefined) {
    const set = uuids.get(before)
    set?.delete(uuid)
    if (set?.size === 0) uuids.delete(before)
  }
  if (after !== undefined) {
    const set = uuids.get(after)
    if (set === undefined) uuids.set(after, new Set([uuid]))
    else set.add(uuid)
  }
}

function withDefaults(columns: ReadonlyMap<string, Column>, json: Json | undefined): Row {
  const given = decodeRow(columns, json)
  for (const [name, column] of columns) given[name] ??= defaultValue(column)
  return given
}

function rowOfUpdate(columns: ReadonlyMap<string, Column>, update: Json): Row | undefined {
  return isObject(update) && isObject(update.new) ? withDefaults(columns, update.new) : undefined
}

function rowOfUpdate2(columns: ReadonlyMap<string, Column>, update: Json, old: Row | undefined): Row | undefined {
  if (!isObject(update)) return old
  if (update.initial !== undefined) return withDefaults(columns, update.initial)
  if (update.insert !== undefined) return withDefaults(columns, update.insert)
  if ('delete' in update) return undefined
  if (update.modify === undefined || old === undefined) return old
  const result: { [column: string]: Row[string] } = { ...old }
  for (const [name, difference] of Object.entries(decodeRow(columns, update.modify))) {
    const column = columns.get(name)
    if (column !== undefined) result[name] = applyDifference(column, old[name] ?? defaultValue(column), difference)
  }
  return result
}
