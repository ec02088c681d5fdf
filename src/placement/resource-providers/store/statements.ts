// Statements of the measured paths (candidates, creating a provider, claims) written out. Building a query with Kysely
// costs as much as SQLite needs to run it, and here that is most of a request; everything else uses the builder.
import { CompiledQuery, type QueryResult } from 'kysely'
import type { Queries } from '#platform/db/db.ts'

/** Runs SQL that both engines read the same way; `?` stands for the parameters in turn. */
export const run = <Row = unknown>(
  queries: Queries,
  statement: string,
  parameters: readonly unknown[] = [],
): Promise<QueryResult<Row>> => {
  const query: CompiledQuery<Row> = CompiledQuery.raw(statement, [...parameters])
  return queries.executeQuery(query)
}

/** `insert into table (a, b) values (?, ?), (?, ?)` for objects with the same columns. */
export const insertAll = async <Row extends object>(
  queries: Queries,
  table: string,
  columns: readonly (keyof Row & string)[],
  rows: readonly Row[],
): Promise<void> => {
  if (rows.length === 0) return
  const places = `(${columns.map(() => '?').join(', ')})`
  await run(
    queries,
    `insert into ${table} (${columns.join(', ')}) values ${rows.map(() => places).join(', ')}`,
    rows.flatMap((row) => columns.map((column) => row[column])),
  )
}

/** `update table set a = ?, b = ? where …`; `where` is written with `?` for its own parameters. */
export const updateWhere = async (
  queries: Queries,
  table: string,
  changes: object,
  where: string,
  parameters: readonly unknown[],
): Promise<void> => {
  const columns = Object.keys(changes)
  await run(queries, `update ${table} set ${columns.map((column) => `${column} = ?`).join(', ')} where ${where}`, [
    ...Object.values(changes),
    ...parameters,
  ])
}
