import { LEFT_TABLES, READ_TABLES, type SourceRow, type SourceTables } from '../rules/source.ts'

/** Where a Keystone's rows come from. */
export type KeystoneSource = {
  /** Every row of the tables that are read. @throws Error in words for the operator */
  readonly read: () => Promise<SourceTables>
}

export const isWanted = (table: string): boolean => READ_TABLES.has(table) || LEFT_TABLES.has(table)

/** Puts a row to the others of its table. */
export function keep(tables: Map<string, SourceRow[]>, table: string, row: SourceRow): void {
  const rows = tables.get(table)
  if (rows) rows.push(row)
  else tables.set(table, [row])
}
