// The operations of one transaction, gathered by comparing what should be with the replica: what is already so costs nothing.
import {
  deleteRow,
  expectNone,
  insert,
  mutateRow,
  named,
  type Operation,
  updateRow,
  type WritableRow,
} from '#lib/ovsdb/operations.ts'
import type { Replica } from '#lib/ovsdb/replica.ts'
import { listOf, mapOf, type NamedUuid, type Row, sameValue, type Value, type Writable } from '#lib/ovsdb/values.ts'

const members = new WeakMap<Row, ReadonlySet<string>>()

/** The members of a row's set column, quick to ask many times: rows are never changed in place. */
export function membersOf(row: Row, column: string): ReadonlySet<string> {
  let set = members.get(row)
  if (set === undefined) {
    set = new Set(listOf(row, column))
    members.set(row, set)
  }
  return set
}

function isValue(value: Writable): value is Value {
  if (typeof value !== 'object') return true
  if (Array.isArray(value)) return value.every((item) => typeof item !== 'object')
  return Object.values(value).every((item) => typeof item !== 'object')
}

export class Changes {
  readonly operations: Operation[] = []
  readonly replica: Replica
  #names = 0
  #created = new Map<string, NamedUuid>()

  constructor(replica: Replica) {
    this.replica = replica
  }

  /** UUID of the only row with the value in an indexed column. */
  find(table: string, column: string, value: string, key?: string): string | undefined {
    return this.replica.find(table, column, value, key)[0]
  }

  row(table: string, uuid: string | undefined): Row | undefined {
    return uuid === undefined ? undefined : this.replica.get(table, uuid)
  }

  /** Inserts a row and returns the way to refer to it in this transaction. */
  insert(table: string, row: WritableRow): NamedUuid {
    const name = `row${++this.#names}`
    this.operations.push(insert(table, row, name))
    return named(name)
  }

  /**
   * Inserts a row that must be the only one with its name; fails the transaction when another writer was quicker.
   * Twice in one transaction gives the first.
   */
  insertNamed(table: string, row: WritableRow & { name: string }): NamedUuid {
    const key = `${table}\0${row.name}`
    const existing = this.#created.get(key)
    if (existing !== undefined) return existing
    this.operations.push(expectNone(table, 'name', row.name))
    const created = this.insert(table, row)
    this.#created.set(key, created)
    return created
  }

  /** Updates the columns that differ; keys of `external_ids` that are not ours are kept. */
  update(table: string, uuid: string, wanted: WritableRow): void {
    const current = this.replica.get(table, uuid)
    const changed: { [column: string]: Writable } = {}
    for (const [column, value] of Object.entries(wanted)) {
      if (column === 'external_ids' && isValue(value)) {
        const merged = mergeExternalIds(mapOf(current, column), mapOf({ external_ids: value }, column))
        if (!sameValue(current?.[column], merged)) changed[column] = merged
      } else if (!isValue(value) || !sameValue(current?.[column], value)) {
        changed[column] = value
      }
    }
    if (Object.keys(changed).length > 0) this.operations.push(updateRow(table, uuid, changed))
  }

  delete(table: string, uuid: string): void {
    this.operations.push(deleteRow(table, uuid))
  }

  /** Deletes the DHCP options that a port had for itself. */
  deletePortDhcp(portId: string): void {
    for (const uuid of this.replica.find('DHCP_Options', 'external_ids', portId, 'port_id'))
      this.delete('DHCP_Options', uuid)
  }

  /** Adds members to a set column, and takes others from it. */
  members(
    table: string,
    uuid: string,
    column: string,
    add: readonly (string | NamedUuid)[],
    remove: readonly string[],
  ): void {
    if (add.length > 0) this.operations.push(mutateRow(table, uuid, [[column, 'insert', [...add]]]))
    if (remove.length > 0) this.operations.push(mutateRow(table, uuid, [[column, 'delete', [...remove]]]))
  }
}

function mergeExternalIds(
  current: { [key: string]: string },
  wanted: { [key: string]: string },
): { [key: string]: string } {
  const foreign = Object.entries(current).filter(([key]) => !key.startsWith('neutron:') && !(key in wanted))
  return { ...Object.fromEntries(foreign), ...wanted }
}
