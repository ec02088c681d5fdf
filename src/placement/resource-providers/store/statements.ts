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

/** Rows a statement: SQLite takes 32,766 parameters, MariaDB 65,535, and no table here has more than ten columns. */
const ROWS_AT_ONCE = 3000

/** Runs a query for a few thousand of the values at a time, for lists as long as a caller likes. */
export const inBatches = async <Value, Row>(
  values: readonly Value[],
  work: (some: readonly Value[]) => Promise<readonly Row[]>,
): Promise<Row[]> => {
  if (values.length <= ROWS_AT_ONCE) return [...(await work(values))]
  const rows: Row[] = []
  for (let start = 0; start < values.length; start += ROWS_AT_ONCE) {
    for (const row of await work(values.slice(start, start + ROWS_AT_ONCE))) rows.push(row)
  }
  return rows
}

/** `insert into table (a, b) values (?, ?), (?, ?)` for objects with the same columns. */
export const insertAll = async <Row extends object>(
  queries: Queries,
  table: string,
  columns: readonly (keyof Row & string)[],
  rows: readonly Row[],
): Promise<void> => {
  const places = `(${columns.map(() => '?').join(', ')})`
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    const some = rows.slice(start, start + ROWS_AT_ONCE)
    await run(
      queries,
      `insert into ${table} (${columns.join(', ')}) values ${some.map(() => places).join(', ')}`,
      some.flatMap((row) => columns.map((column) => row[column])),
    )
  }
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
