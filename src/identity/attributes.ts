// Keystone keeps whatever else a client sends about a user, group, project, role, service or endpoint (`email`, say) and shows it again.
// Such attributes and the options of a resource are stored as JSON text.

export type Attributes = Readonly<Record<string, unknown>>

export const isAttributes = (value: unknown): value is Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a column holds; an empty object where it holds nothing readable. */
export function parseAttributes(text: string): Attributes {
  if (text === '{}') return {}
  const value: unknown = JSON.parse(text)
  return isAttributes(value) ? value : {}
}

/** The attributes of a request body that have no column of their own. */
export const otherAttributes = (body: Attributes, columns: ReadonlySet<string>): Attributes =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !columns.has(name)))

/** Options after an update: given ones replace, null removes. */
export const mergeOptions = (options: Attributes, given: Attributes): Attributes =>
  Object.fromEntries(Object.entries({ ...options, ...given }).filter(([, value]) => value !== null))

const FALSE_WORDS: ReadonlySet<string> = new Set(['', '0', 'false', 'f', 'no', 'n', 'off'])

/** Whether the body of an update names another id than the one that is updated; null names none. */
export const isOtherId = (body: Attributes, id: string): boolean => (body['id'] ?? id) !== id

/** A flag as Keystone's schemas allow it in bodies: a boolean or one of its many words; `absent` for null and undefined. */
export function flagOf(value: boolean | string | null | undefined, absent: boolean): boolean {
  if (typeof value === 'boolean') return value
  return value === null || value === undefined ? absent : !FALSE_WORDS.has(value.toLowerCase())
}

/** A flag in a query string: `?enabled`, `?enabled=1`; false only for `0` and the like. */
export const queryFlag = (value: string): boolean => value === '' || !FALSE_WORDS.has(value.toLowerCase())

/** A key-only query parameter (`?effective`): true when present with anything but `0`. */
export const isPresent = (value: string | string[] | undefined): boolean =>
  value !== undefined && (Array.isArray(value) ? value.at(-1) : value) !== '0'

export const isImmutable = (options: Attributes): boolean => options['immutable'] === true
