// Operations of `transact` (RFC 7047, 5.2) as typed values; they become JSON with the schema at hand when they are sent.
import type { Json, JsonObject } from './json.ts'
import type { Column, Schema } from './schema.ts'
import { encodeValue, type NamedUuid, type Value, type Writable } from './values.ts'

export type WritableRow = { readonly [column: string]: Writable }
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'includes' | 'excludes'
export type Condition = readonly [column: string, comparison: Comparison, value: Value]
export type Mutator = 'insert' | 'delete' | '+=' | '-='
/** `keys` deletes map entries by key alone, whatever their values. */
export type Mutation =
  | readonly [column: string, mutator: Mutator, value: Writable]
  | readonly [column: string, mutator: 'delete', keys: { readonly keys: readonly string[] }]

export type Operation =
  | { op: 'insert'; table: string; row: WritableRow; uuidName?: string }
  | { op: 'update'; table: string; where: readonly Condition[]; row: WritableRow }
  | { op: 'mutate'; table: string; where: readonly Condition[]; mutations: readonly Mutation[] }
  | { op: 'delete'; table: string; where: readonly Condition[] }
  | { op: 'select'; table: string; where: readonly Condition[]; columns?: readonly string[] }
  | {
      op: 'wait'
      table: string
      where: readonly Condition[]
      columns: readonly string[]
      until: '==' | '!='
      rows: readonly WritableRow[]
      timeout: number
    }

/** Refers, later in the same transaction, to the row inserted under `name`. */
export function named(name: string): NamedUuid {
  return { named: name }
}

/** Inserts a row; `uuidName` lets later operations of the transaction refer to it by `named`. */
export function insert(table: string, row: WritableRow, uuidName?: string): Operation {
  return uuidName === undefined ? { op: 'insert', table, row } : { op: 'insert', table, row, uuidName }
}

/** Replaces columns of one row. */
export function updateRow(table: string, uuid: string, row: WritableRow): Operation {
  return { op: 'update', table, where: [['_uuid', '==', uuid]], row }
}

/** Mutates columns of one row: adds to or takes from sets and maps without knowing the rest of them. */
export function mutateRow(table: string, uuid: string, mutations: readonly Mutation[]): Operation {
  return { op: 'mutate', table, where: [['_uuid', '==', uuid]], mutations }
}

/** Deletes one row. Rows of tables that are no roots go by themselves when the last reference to them goes. */
export function deleteRow(table: string, uuid: string): Operation {
  return { op: 'delete', table, where: [['_uuid', '==', uuid]] }
}

/** Fails the transaction, without waiting, unless the row exists. */
export function expectRow(table: string, uuid: string): Operation {
  const where: readonly Condition[] = [['_uuid', '==', uuid]]
  return { op: 'wait', table, where, columns: ['_uuid'], until: '==', rows: [{ _uuid: uuid }], timeout: 0 }
}

/** Fails the transaction, without waiting, when a row has the value in the column: for names that no index of the database guards. */
export function expectNone(table: string, column: string, value: string): Operation {
  return { op: 'wait', table, where: [[column, '==', value]], columns: [column], until: '==', rows: [], timeout: 0 }
}

const UUID_COLUMN: Column = { kind: 'atom', key: 'uuid' }

function columnOf(schema: Schema, table: string, name: string): Column {
  if (name === '_uuid') return UUID_COLUMN
  const column = schema.tables.get(table)?.get(name)
  if (column === undefined) throw new TypeError(`the database has no column ${table}.${name}`)
  return column
}

function encodeRow(schema: Schema, table: string, row: WritableRow): JsonObject {
  const result: JsonObject = {}
  for (const [name, value] of Object.entries(row)) result[name] = encodeValue(columnOf(schema, table, name), value)
  return result
}

function encodeWhere(schema: Schema, table: string, where: readonly Condition[]): Json {
  return where.map(([column, comparison, value]): Json => {
    return [column, comparison, encodeValue(columnOf(schema, table, column), value)]
  })
}

function isKeys(value: Writable | { readonly keys: readonly string[] }): value is { readonly keys: readonly string[] } {
  return typeof value === 'object' && 'keys' in value && Array.isArray(value.keys)
}

function encodeMutation(schema: Schema, table: string, [column, mutator, value]: Mutation): Json {
  if (isKeys(value)) return [column, mutator, ['set', [...value.keys]]]
  return [column, mutator, encodeValue(columnOf(schema, table, column), value)]
}

/** An operation as the server reads it. Throws TypeError for a table, column or value that the schema does not know. */
export function encodeOperation(schema: Schema, operation: Operation): Json {
  const { op, table } = operation
  if (!schema.tables.has(table)) throw new TypeError(`the database has no table ${table}`)
  if (operation.op === 'insert') {
    const row = encodeRow(schema, table, operation.row)
    return operation.uuidName === undefined ? { op, table, row } : { op, table, row, 'uuid-name': operation.uuidName }
  }
  const where = encodeWhere(schema, table, operation.where)
  if (operation.op === 'update') return { op, table, where, row: encodeRow(schema, table, operation.row) }
  if (operation.op === 'mutate') {
    return {
      op,
      table,
      where,
      mutations: operation.mutations.map((mutation) => encodeMutation(schema, table, mutation)),
    }
  }
  if (operation.op === 'select' && operation.columns !== undefined) {
    return { op, table, where, columns: [...operation.columns] }
  }
  if (operation.op === 'wait') {
    const { until, timeout } = operation
    const rows = operation.rows.map((row) => encodeRow(schema, table, row))
    return { op, table, where, columns: [...operation.columns], until, rows, timeout }
  }
  return { op, table, where }
}
