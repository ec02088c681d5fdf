// Bulk reads and writes of identity's own tables for an import: plans name tables and columns, never what comes from outside.

import { sql } from 'kysely'
import type { Ctx } from '#platform/context.ts'
import type { Cell, PlannedRow } from './rules/plan.ts'

const ROWS_AT_ONCE = 200

/** Some columns of every row of a table. */
export async function listColumns(
  ctx: Ctx,
  table: string,
  columns: readonly string[],
): Promise<Readonly<Record<string, Cell>>[]> {
  const query = sql<
    Record<string, Cell>
  >`select ${sql.join(columns.map((name) => sql.ref(name)))} from ${sql.table(table)}`
  return (await query.execute(ctx.db.read)).rows
}

/** Rows of one shape. */
export async function insertRows(ctx: Ctx, table: string, rows: readonly PlannedRow[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {})
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const values = rows
      .slice(from, from + ROWS_AT_ONCE)
      .map((row) => sql`(${sql.join(columns.map((name) => row[name] ?? null))})`)
    const names = sql.join(columns.map((name) => sql.ref(name)))
    await sql`insert into ${sql.table(table)} (${names}) values ${sql.join(values)}`.execute(ctx.db.write)
  }
}
