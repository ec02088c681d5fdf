// Statements of the measured paths (placement, uploads of images) written out. Building a query with Kysely
// costs as much as SQLite needs to run it, and here that is most of a request; everything else uses the builder.
import { CompiledQuery, type QueryResult } from 'kysely'
import type { Queries } from './db.ts'

/** What Kysely's plugins and logs would look at; there are none, and a node for each statement costs more than its binding. */
const { query, queryId } = CompiledQuery.raw('')

/** Runs SQL that both engines read the same way; `?` stands for the parameters in turn. */
export const run = <Row = unknown>(
  queries: Queries,
  statement: string,
  parameters: readonly unknown[] = [],
): Promise<QueryResult<Row>> => {
  const compiled: CompiledQuery<Row> = { sql: statement, parameters, query, queryId }
  return queries.executeQuery(compiled)
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

/**
 * Writes objects with the same columns: `insert into table (a, b) values (?, ?), (?, ?)`. The text for a number of rows is
 * made once: a text that is new each time must be joined, hashed and looked up.
 */
export const inserter = <Row extends object>(table: string, columns: readonly (keyof Row & string)[]) => {
  const places = `(${columns.map(() => '?').join(', ')})`
  const head = `insert into ${table} (${columns.join(', ')}) values `
  const few: string[] = []
  const textFor = (count: number): string => {
    if (count > 16) return head + Array<string>(count).fill(places).join(', ')
    few[count] ??= head + Array<string>(count).fill(places).join(', ')
    return few[count]
  }
  return async (queries: Queries, rows: readonly Row[]): Promise<void> => {
    for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
      const some = rows.length > ROWS_AT_ONCE ? rows.slice(start, start + ROWS_AT_ONCE) : rows
      const values: unknown[] = []
      for (const row of some) for (const column of columns) values.push(row[column])
      await run(queries, textFor(some.length), values)
    }
  }
}

/**
 * Writes the columns that `changes` has; `where` is written with `?` for its own parameters.
 * @param changes a value by the name of its column: names that code has written, never a caller's
 * @returns how many rows there were
 */
export const update = async (
  queries: Queries,
  table: string,
  changes: Readonly<Record<string, unknown>>,
  where: string,
  parameters: readonly unknown[],
): Promise<number> => {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined)
  const columns = given.map(([column]) => column)
  return updated(queries, updateText(table, columns, where), [...given.map(([, value]) => value), ...parameters])
}

/** `update`, for the same columns each time: the text is made once. */
export const updater = <Row extends object>(table: string, columns: readonly (keyof Row & string)[], where: string) => {
  const text = updateText(table, columns, where)
  return (queries: Queries, row: Readonly<Row>, ...parameters: readonly unknown[]): Promise<number> => {
    const values: unknown[] = []
    for (const column of columns) values.push(row[column])
    for (const parameter of parameters) values.push(parameter)
    return updated(queries, text, values)
  }
}

const updateText = (table: string, columns: readonly string[], where: string): string =>
  `update ${table} set ${columns.map((column) => `${column} = ?`).join(', ')} where ${where}`

const updated = async (queries: Queries, text: string, values: readonly unknown[]): Promise<number> =>
  Number((await run(queries, text, values)).numAffectedRows ?? 0n)
