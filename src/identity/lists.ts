// What every list of Keystone understands: exact filters, inexact ones (`name__icontains`), limit and marker, and the links around it.
// Keystone never shows more than 1,000 rows at once (`max_db_limit`); where there are more, the reply says so and links on.

import { type RawBuilder, sql, type SqlBool } from 'kysely'
import type { Ctx } from '#platform/context.ts'
import { badRequest } from '#platform/errors.ts'
import { queryFlag } from './attributes.ts'
import { lowered } from './names/rules.ts'

const MOST_ROWS = 1000

/** A query string as the routes hand it over. */
export type ListQuery = Readonly<Record<string, string | string[] | undefined>>

/** The query string as a list reads it; of a parameter that is repeated the first counts. */
export const queryOf = (rawQuery: string): ListQuery =>
  rawQuery === '' ? {} : Object.fromEntries([...new URLSearchParams(rawQuery)].toReversed())

/** Filter name → column, as `table.column`; `flag` columns compare with 0 and 1. */
export type FilterColumns = Readonly<Record<string, string | { readonly flag: string }>>

export type Page = {
  readonly limit: number
  readonly marker: string | undefined
  readonly conditions: readonly RawBuilder<SqlBool>[]
  /** What the names must contain, in whatever case, for the conditions to hold. */
  readonly pieces: readonly string[]
}

/** Reads limit, marker and filters of a list; unknown parameters are ignored, as Keystone does. */
export function pageOf(query: ListQuery, columns: FilterColumns): Page {
  return {
    limit: limitOf(query),
    marker: lastOf(query['marker']),
    conditions: conditionsOf(query, columns),
    pieces: Object.entries(query).flatMap(([key, value]) => (NAME_PIECE.test(key) ? (value ?? []) : [])),
  }
}

const NAME_PIECE = /^name__i?(?:contains|startswith|endswith)(?:$|__)/

function limitOf(query: ListQuery): number {
  const text = lastOf(query['limit'])
  if (text === undefined || text === '') return MOST_ROWS
  const limit = Number(text)
  if (!Number.isInteger(limit)) {
    throw badRequest(`Invalid input for field/attribute limit. Value: ${text}. ${text} is not a whole number`)
  }
  return limit <= 0 ? MOST_ROWS : Math.min(limit, MOST_ROWS)
}

function conditionsOf(query: ListQuery, columns: FilterColumns): RawBuilder<SqlBool>[] {
  const conditions: RawBuilder<SqlBool>[] = []
  for (const [key, given] of Object.entries(query)) {
    const [name = '', comparator] = key.split('__', 2)
    const column = columns[name]
    if (column === undefined || given === undefined) continue
    for (const value of Array.isArray(given) ? given : [given]) {
      if (typeof column !== 'string')
        conditions.push(sql<SqlBool>`${sql.ref(column.flag)} = ${queryFlag(value) ? 1 : 0}`)
      else if (comparator === undefined) conditions.push(sql<SqlBool>`${sql.ref(column)} = ${value}`)
      else conditions.push(inexact(column, comparator, value))
    }
  }
  return conditions
}

/** Not LIKE: SQLite's ignores case and MariaDB's does not. Unknown comparators are ignored. */
function inexact(name: string, comparator: string, given: string): RawBuilder<SqlBool> {
  const anyCase = comparator.startsWith('i')
  const column = anyCase ? sql`lower(${sql.ref(name)})` : sql.ref(name)
  const value = anyCase ? lowered(given) : given
  const length = Array.from(value).length
  switch (anyCase ? comparator.slice(1) : comparator) {
    case 'contains':
      return sql<SqlBool>`instr(${column}, ${value}) > 0`
    case 'startswith':
      return sql<SqlBool>`substr(${column}, 1, ${length}) = ${value}`
    case 'endswith':
      return length === 0 ? sql<SqlBool>`1 = 1` : sql<SqlBool>`substr(${column}, ${-length}) = ${value}`
    default:
      return sql<SqlBool>`1 = 1`
  }
}

/** The last value of a query parameter that may be repeated. */
export const lastOf = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.at(-1) : value

/** Rows of one page out of `limit + 1` that were fetched, and whether there are more. */
export const cut = <Row>(
  rows: readonly Row[],
  page: Page,
): { readonly rows: readonly Row[]; readonly more: boolean } =>
  rows.length > page.limit ? { rows: rows.slice(0, page.limit), more: true } : { rows, more: false }

type Links = { readonly next: string | null; readonly self: string; readonly previous: null }

/** The body of a list: `{ users: […], links: { next, self, previous }, truncated? }`. `path` begins with `/v3`. */
export function listBody<Item extends object>(
  ctx: Ctx,
  path: string,
  rawQuery: string,
  name: string,
  items: readonly Item[],
  more = false,
): Readonly<Record<string, readonly Item[] | Links | boolean>> {
  const self = `${ctx.baseUrl}${path}${rawQuery === '' ? '' : `?${rawQuery}`}`
  const next = more ? `${ctx.baseUrl}${path}?${nextQuery(rawQuery, items)}` : null
  return { [name]: items, links: { next, self, previous: null }, ...(more ? { truncated: true } : {}) }
}

function nextQuery(rawQuery: string, items: readonly object[]): string {
  const parameters = new URLSearchParams(rawQuery)
  parameters.set('limit', String(items.length))
  const last = items.at(-1)
  if (last && 'id' in last && typeof last.id === 'string') parameters.set('marker', last.id)
  return parameters.toString()
}

/** `http://host:5000/v3/<path>` */
export const linkTo = (ctx: Ctx, path: string): string => `${ctx.baseUrl}/v3/${path}`
