import { badRequest } from '#platform/errors.ts'
import { type Comparison, parseList, splitOperator } from './filter-values.ts'

export const SORT_KEYS = [
  'name',
  'status',
  'container_format',
  'disk_format',
  'size',
  'id',
  'created_at',
  'updated_at',
] as const
export type SortKey = (typeof SORT_KEYS)[number]
export type SortDirection = 'asc' | 'desc'

/** Columns whose filter is a plain comparison, and how the text of the query becomes the value of the column. */
const EXACT = [
  'checksum',
  'os_hash_value',
  'os_hash_algo',
  'owner',
  'size',
  'virtual_size',
  'min_disk',
  'min_ram',
] as const
const RANGES = ['size', 'virtual_size', 'min_disk', 'min_ram'] as const
const TEXTS = ['name', 'id', 'status', 'container_format', 'disk_format'] as const
const TIMES = ['created_at', 'updated_at'] as const

/** One condition on a column of an image. */
export type Condition =
  | { readonly column: (typeof TEXTS)[number]; readonly in: readonly string[] }
  | { readonly column: (typeof EXACT)[number]; readonly operator: Comparison; readonly value: string | number }
  | {
      readonly column: (typeof TIMES)[number]
      readonly operator: Comparison
      /** Milliseconds since the epoch at which a second begins: images show their times in whole seconds, and are compared by them. */
      readonly second: number
    }

/** A list of images as asked for. `visibility` undefined: all but other people's community images. */
export type ListQuery = {
  readonly limit: number
  readonly marker: string | undefined
  readonly sort: readonly { readonly key: SortKey; readonly direction: SortDirection }[]
  readonly memberStatus: 'pending' | 'accepted' | 'rejected' | 'all'
  readonly visibility: 'community' | 'public' | 'private' | 'shared' | 'all' | undefined
  readonly isHidden: boolean
  readonly isProtected: boolean | undefined
  readonly conditions: readonly Condition[]
  readonly properties: readonly { readonly name: string; readonly value: string }[]
  readonly tags: readonly string[]
}

const DEFAULT_LIMIT = 25
const MAX_LIMIT = 1000

/**
 * The query of GET /v2/images. Whatever is no attribute of an image filters by a property of that name.
 * @throws badRequest with Glance's messages
 */
export const parseListQuery = (query: readonly (readonly [string, string])[]): ListQuery => {
  const rest = new Map(query)
  const take = (key: string): string | undefined => {
    const value = rest.get(key)
    rest.delete(key)
    return value
  }
  const limit = parseLimit(take('limit'))
  const marker = take('marker')
  const memberStatus = oneOf(take('member_status') ?? 'accepted', MEMBER_STATUSES, 'Invalid status')
  const tags = query.filter(([key]) => key === 'tag').map(([, value]) => value.trim())
  rest.delete('tag')
  const visibility = take('visibility') || undefined
  if (rest.get('changes-since')) throw badRequest('The "changes-since" filter is no longer available on v2.')
  const sort = parseSort(query)
  for (const key of ['sort', 'sort_key', 'sort_dir']) rest.delete(key)
  const isHidden = parseFlag('os_hidden', (take('os_hidden') ?? 'false').toLowerCase())
  const protectedText = take('protected')
  const { conditions, properties } = parseFilters(rest)
  return {
    limit,
    marker,
    sort,
    memberStatus,
    visibility: visibility === undefined ? undefined : oneOf(visibility, VISIBILITIES, 'Invalid visibility value'),
    isHidden,
    isProtected: protectedText === undefined ? undefined : parseFlag('protected', protectedText),
    conditions,
    properties,
    tags,
  }
}

const MEMBER_STATUSES = ['pending', 'accepted', 'rejected', 'all'] as const
const VISIBILITIES = ['community', 'public', 'private', 'shared', 'all'] as const

const oneOf = <T extends string>(value: string, allowed: readonly T[], problem: string): T => {
  const known = allowed.find((each) => each === value)
  if (known === undefined) throw badRequest(`${problem}: ${value}`)
  return known
}

const parseLimit = (text: string | undefined): number => {
  if (text === undefined) return DEFAULT_LIMIT
  if (!/^\s*[+-]?\d+\s*$/.test(text)) throw badRequest('limit param must be an integer')
  const limit = Number(text)
  if (limit < 0) throw badRequest('limit param must be positive')
  return Math.min(limit, MAX_LIMIT)
}

const parseFlag = (name: string, text: string): boolean => {
  if (text === 'true' || text === 'false') return text === 'true'
  throw badRequest(`Invalid value '${text}' for '${name}' filter. Valid values are 'true' or 'false'.`)
}

const parseSort = (query: readonly (readonly [string, string])[]): ListQuery['sort'] => {
  const valuesOf = (key: string): string[] => query.filter(([name]) => name === key).map(([, value]) => value.trim())
  const combined = valuesOf('sort').at(-1)
  const keys = valuesOf('sort_key')
  const directions = valuesOf('sort_dir').map(parseDirection)
  if (combined !== undefined) {
    if (keys.length > 0 || directions.length > 0) {
      throw badRequest('Old and new sorting syntax cannot be combined')
    }
    const parts = combined.split(',').map((part) => {
      const [key = '', direction = ''] = part.split(/:(.*)/s)
      return { key: parseSortKey(key.trim()), direction: direction === '' ? 'desc' : parseDirection(direction.trim()) }
    })
    // One key's direction is that of what breaks its ties, too.
    return withTieBreak(parts, parts.length === 1 ? (parts[0]?.direction ?? 'desc') : 'desc')
  }
  if (directions.length > 1 && directions.length !== keys.length) {
    throw badRequest('Number of sort dirs does not match the number of sort keys')
  }
  const [first = 'desc'] = directions
  const known = keys.length === 0 ? (['created_at'] as const) : keys.map(parseSortKey)
  const parts = known.map((key, at) => ({ key, direction: directions.length > 1 ? (directions[at] ?? first) : first }))
  return withTieBreak(parts, directions.length === 1 ? first : 'desc')
}

const withTieBreak = (parts: ListQuery['sort'], direction: SortDirection): ListQuery['sort'] => {
  const missing = (['created_at', 'id'] as const).filter((key) => !parts.some((part) => part.key === key))
  return [...parts, ...missing.map((key) => ({ key, direction }))]
}

const parseSortKey = (text: string): SortKey => {
  const key = SORT_KEYS.find((each) => each === text)
  if (key !== undefined) return key
  throw badRequest(`Invalid sort key: ${text}. It must be one of the following: ${SORT_KEYS.join(', ')}.`)
}

const parseDirection = (text: string): SortDirection => {
  if (text === 'asc' || text === 'desc') return text
  throw badRequest(`Invalid sort direction: ${text}`)
}

const parseFilters = (rest: ReadonlyMap<string, string>): Pick<ListQuery, 'conditions' | 'properties'> => {
  const conditions: Condition[] = []
  const properties: { name: string; value: string }[] = []
  for (const [name, text] of rest) {
    const range = RANGES.find((column) => name === `${column}_min` || name === `${column}_max`)
    const time = TIMES.find((column) => column === name)
    const list = TEXTS.find((column) => column === name)
    const exact = EXACT.find((column) => column === name)
    if (range !== undefined) {
      if (!/^\s*[+-]?\d+\s*$/.test(text)) throw badRequest('Unable to filter on a range with a non-numeric value.')
      conditions.push({ column: range, operator: name.endsWith('_min') ? 'gte' : 'lte', value: Number(text) })
    } else if (time !== undefined) conditions.push(parseTime(time, text))
    else if (list !== undefined) conditions.push({ column: list, in: parseList(text) })
    else if (exact !== undefined) conditions.push({ column: exact, operator: 'eq', value: toColumn(exact, text) })
    else properties.push({ name, value: text })
  }
  return { conditions, properties }
}

const toColumn = (column: (typeof EXACT)[number], text: string): string | number =>
  RANGES.some((each) => each === column) ? Number(text) : text

const parseTime = (column: (typeof TIMES)[number], text: string): Condition => {
  const { operator, value } = splitOperator(text)
  const time = Date.parse(value)
  if (!/^\d{4}-\d\d-\d\dT/.test(value) || Number.isNaN(time)) {
    throw badRequest(`Bad "${column}" query filter format. Use ISO 8601 DateTime notation.`)
  }
  return { column, operator, second: Math.floor(time / 1000) * 1000 }
}
