// Lists as Neutron answers them: filters on any attribute (repeated keys are alternatives), sort keys, pages with links, and a choice
// of fields. What a query asks becomes conditions of one SQL statement.
import { type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import { pythonRepr } from '#platform/http/validation.ts'
import { toBoolean, toInteger } from '../attributes/readers.ts'
import { badRequestFor, httpBadRequest, invalidInput } from '../errors.ts'

export type Condition = RawBuilder<SqlBool>

/** How a filter becomes a condition, given all values of its key. */
export type Filter = (values: readonly string[]) => Condition

/** What a collection can be asked for. */
export type ListSpec = {
  readonly collection: string
  readonly table: string
  readonly filters: { readonly [attribute: string]: Filter }
  /** Attribute → column. */
  readonly sorts: { readonly [attribute: string]: string }
}

export type Listing = {
  readonly spec: ListSpec
  readonly conditions: readonly Condition[]
  readonly sort: readonly { readonly column: string; readonly descending: boolean }[]
  readonly limit: number | null
  readonly marker: string | null
  readonly reverse: boolean
  readonly fields: readonly string[] | null
  readonly url: string
  readonly params: URLSearchParams
}

const column = (name: string) => sql.ref(name)

/** The column is one of the values. */
export const byText =
  (name: string): Filter =>
  (values) =>
    values.length === 1
      ? sql<SqlBool>`${column(name)} = ${values[0]}`
      : sql<SqlBool>`${column(name)} in (${sql.join(values)})`

export const byBoolean =
  (name: string): Filter =>
  (values) => {
    const flags = values.map((value) => {
      const flag = toBoolean(value)
      if (flag === undefined) throw invalidInput(`'${value}' cannot be converted to boolean`)
      return flag ? 1 : 0
    })
    return sql<SqlBool>`${column(name)} in (${sql.join(flags)})`
  }

export const byInteger =
  (name: string): Filter =>
  (values) => {
    const numbers = values.map((value) => {
      const number = toInteger(value)
      if (number === undefined) throw invalidInput(`'${value}' is not an integer`)
      return number
    })
    return sql<SqlBool>`${column(name)} in (${sql.join(numbers)})`
  }

/** The column is null where the text is empty. */
export const byTextOrNull =
  (name: string): Filter =>
  (values) =>
    values.includes('') ? sql<SqlBool>`(${byText(name)(values)} or ${column(name)} is null)` : byText(name)(values)

/** The column's JSON list holds the value. */
export const hasMember = (name: string, value: string): Condition =>
  sql<SqlBool>`instr(${column(name)}, ${JSON.stringify(value)}) > 0`

const split = (values: readonly string[]): string[] =>
  values.flatMap((value) => value.split(',')).filter((tag) => tag !== '')
const all = (conditions: readonly Condition[]): Condition => sql<SqlBool>`(${sql.join(conditions, sql` and `)})`
const any = (conditions: readonly Condition[]): Condition => sql<SqlBool>`(${sql.join(conditions, sql` or `)})`
const always = sql<SqlBool>`1 = 1`
const tagFilter =
  (join: (conditions: readonly Condition[]) => Condition, negated: boolean): Filter =>
  (values) => {
    const tags = split(values)
    if (tags.length === 0) return always
    const condition = join(tags.map((tag) => hasMember('tags', tag)))
    return negated ? sql<SqlBool>`not ${condition}` : condition
  }

/** Filters that every object has. */
export const standardFilters: ListSpec['filters'] = {
  id: byText('id'),
  name: byText('name'),
  project_id: byText('project_id'),
  tenant_id: byText('project_id'),
  description: byText('description'),
  revision_number: byInteger('revision_number'),
  tags: tagFilter(all, false),
  'tags-any': tagFilter(any, false),
  'not-tags': tagFilter(all, true),
  'not-tags-any': tagFilter(any, true),
  changed_since: (values) => sql<SqlBool>`updated_at >= ${Date.parse(`${values[0] ?? ''}Z`.replace('ZZ', 'Z')) || 0}`,
}

export const standardSorts: ListSpec['sorts'] = {
  id: 'id',
  name: 'name',
  project_id: 'project_id',
  tenant_id: 'project_id',
  description: 'description',
  created_at: 'created_at',
  updated_at: 'updated_at',
  revision_number: 'revision_number',
}

const RESERVED = new Set(['fields', 'sort_key', 'sort_dir', 'limit', 'marker', 'page_reverse'])

function readSort({ sorts }: ListSpec, params: URLSearchParams): Listing['sort'] {
  const keys = params.getAll('sort_key').filter((key) => key !== '')
  const directions = params.getAll('sort_dir').filter((direction) => direction !== '')
  if (keys.length !== directions.length) throw httpBadRequest('The number of sort_keys and sort_dirs must be same')
  const unknown = keys.filter((key) => !(key in sorts))
  if (unknown.length > 0) throw httpBadRequest(`${pythonRepr(unknown)} is invalid attribute for sort_keys`)
  const wrong = directions.filter((direction) => direction !== 'asc' && direction !== 'desc')
  if (wrong.length > 0) {
    throw httpBadRequest(`${pythonRepr(wrong)} is invalid value for sort_dirs, valid value is 'asc' and 'desc'`)
  }
  return keys.map((key, at) => ({ column: sorts[key] ?? 'id', descending: directions[at] === 'desc' }))
}

function readLimit(params: URLSearchParams): number | null {
  const text = params.get('limit') ?? '0'
  const limit = toInteger(text)
  if (limit === undefined || limit < 0) {
    throw badRequestFor('limit', `Limit must be an integer 0 or greater and not '${text}'`)
  }
  return limit === 0 ? null : limit
}

/**
 * Reads a query string.
 * @param url the collection's own URL, for links
 * @throws badRequest where it names a filter or sort key that the collection does not have
 */
export function readListing(spec: ListSpec, url: string, rawQuery: string): Listing {
  const params = new URLSearchParams(rawQuery)
  const conditions: Condition[] = []
  if (rawQuery !== '') {
    const keys = [...new Set(params.keys())].filter((key) => !RESERVED.has(key))
    const unknown = keys.filter((key) => !(key in spec.filters))
    if (unknown.length > 0) throw httpBadRequest(`${pythonRepr(unknown)} is invalid attribute for filtering`)
    for (const key of keys) {
      const condition = spec.filters[key]?.(params.getAll(key))
      if (condition !== undefined) conditions.push(condition)
    }
  }
  const fields = params.getAll('fields').filter((field) => field !== '')
  const limit = readLimit(params)
  return {
    spec,
    conditions,
    sort: readSort(spec, params),
    limit,
    marker: limit === null ? null : params.get('marker'),
    reverse: params.get('page_reverse')?.toLowerCase() === 'true',
    fields: fields.length === 0 ? null : fields,
    url,
    params,
  }
}

/** A listing without a query string: everything that fulfils the conditions. */
export const plainListing = (spec: ListSpec, conditions: readonly Condition[]): Listing => ({
  ...readListing(spec, '', ''),
  conditions,
})

/** Where a page begins: behind the marker in the order of the sort keys. */
function afterMarker({ spec, sort, marker, reverse }: Listing): Condition {
  const keys = [...sort, ...(sort.some((key) => key.column === 'id') ? [] : [{ column: 'id', descending: false }])]
  const valueOf = (name: string) =>
    name === 'id' ? sql`${marker}` : sql`(select ${column(name)} from ${sql.table(spec.table)} where id = ${marker})`
  const alternatives = keys.map((key, at) => {
    const equal = keys.slice(0, at).map((other) => sql<SqlBool>`${column(other.column)} = ${valueOf(other.column)}`)
    const further = key.descending === reverse ? sql`>` : sql`<`
    return all([...equal, sql<SqlBool>`${column(key.column)} ${further} ${valueOf(key.column)}`])
  })
  return any(alternatives)
}

/** Adds filters, order and page to a query of the listing's table. Rows of a reversed page come in reversed order. */
export function applyListing<DB, TB extends keyof DB, O>(
  query: SelectQueryBuilder<DB, TB, O>,
  listing: Listing,
): SelectQueryBuilder<DB, TB, O> {
  let result = query
  for (const condition of listing.conditions) result = result.where(condition)
  if (listing.marker !== null) result = result.where(afterMarker(listing))
  for (const key of listing.sort) {
    result = result.orderBy(column(key.column), key.descending === listing.reverse ? 'asc' : 'desc')
  }
  if (!listing.sort.some((key) => key.column === 'id'))
    result = result.orderBy(column('id'), listing.reverse ? 'desc' : 'asc')
  return listing.limit === null ? result : result.limit(listing.limit)
}

/** Rows in the order that the caller sees. */
export const inOrder = <R>({ reverse, limit }: Listing, rows: R[]): R[] =>
  reverse && limit !== null ? rows.toReversed() : rows

/** An object with the chosen fields alone. */
export function pickFields(fields: readonly string[] | null, view: object): object {
  if (fields === null) return view
  return Object.fromEntries(Object.entries(view).filter(([name]) => fields.includes(name)))
}

function link({ url, params }: Listing, rel: 'next' | 'previous', marker: string | undefined) {
  const query = new URLSearchParams(params)
  query.delete('marker')
  query.delete('page_reverse')
  if (marker !== undefined) query.set('marker', marker)
  if (rel === 'previous') query.set('page_reverse', 'True')
  return { rel, href: `${url}?${query.toString()}` }
}

/** Links to the pages around a page; null where the caller asked for no pages. */
function pageLinks(listing: Listing, rows: readonly { readonly id: string }[]): object[] | null {
  const { limit, reverse } = listing
  if (limit === null) return null
  const full = rows.length >= limit
  return [
    ...(full || reverse ? [link(listing, 'next', rows.at(-1)?.id)] : []),
    ...(full || !reverse ? [link(listing, 'previous', rows[0]?.id)] : []),
  ]
}

/** The body of a list, with links where the caller asked for pages. */
export function listBody(listing: Listing, rows: readonly { readonly id: string }[], views: readonly object[]): object {
  const { spec, fields } = listing
  const items = fields === null ? views : views.map((view) => pickFields(fields, view))
  const links = pageLinks(listing, rows)
  return { [spec.collection]: items, ...(links === null ? {} : { [`${spec.collection}_links`]: links }) }
}

/** As `listBody`, of items that are JSON text already. */
export function listText(listing: Listing, rows: readonly { readonly id: string }[], texts: readonly string[]): string {
  const { collection } = listing.spec
  const links = pageLinks(listing, rows)
  const tail = links === null ? '' : `,"${collection}_links":${JSON.stringify(links)}`
  return `{"${collection}":[${texts.join(',')}]${tail}}`
}
