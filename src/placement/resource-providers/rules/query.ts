import {
  parseMemberOf,
  parseRequired,
  parseResources,
  type AggregateFilter,
  type TraitFilter,
} from '#placement/allocation-candidates/rules/query-values.ts'
import { QueryError } from '#placement/allocation-candidates/rules/request.ts'
import { isUuidLike } from '../../uuid.ts'

/** Filters of a list of providers; each must hold. */
export type ProviderFilter = {
  readonly name: string | undefined
  readonly uuid: string | undefined
  readonly inTree: string | undefined
  readonly traits: TraitFilter
  readonly aggregates: AggregateFilter
  readonly resources: ReadonlyMap<string, number>
}

/** Keys of the query and the versions that brought them. */
const KEYS = new Map([
  ['name', 0],
  ['uuid', 0],
  ['member_of', 3],
  ['resources', 4],
  ['in_tree', 14],
  ['required', 18],
])

/**
 * The query of GET /resource_providers as microversion 1.`version` reads it; of a repeated key the last value counts
 * where repeating means nothing. Throws QueryError with Placement's messages.
 */
export const parseProviderQuery = (query: readonly (readonly [string, string])[], version: number): ProviderFilter => {
  const refuse = (message: string): QueryError => new QueryError(`Invalid query string parameters: ${message}`)
  const last = new Map(query)
  const unknown = [...last.keys()].filter((key) => (KEYS.get(key) ?? Number.POSITIVE_INFINITY) > version)
  if (unknown.length > 0) {
    const names = unknown.map((key) => `'${key}'`).sort()
    const verb = names.length > 1 ? 'were' : 'was'
    throw refuse(`Additional properties are not allowed (${names.join(', ')} ${verb} unexpected)`)
  }
  for (const key of ['uuid', 'in_tree']) {
    const value = last.get(key)
    if (value !== undefined && !isUuidLike(value)) throw refuse(`'${value}' is not a 'uuid'`)
  }
  const valuesOf = (key: string): string[] => query.filter(([name]) => name === key).map(([, value]) => value)
  const aggregates = parseMemberOf(valuesOf('member_of'), '', version)
  const traits = parseRequired(valuesOf('required'), version)
  const resources = last.get('resources')
  return {
    name: last.get('name'),
    uuid: last.get('uuid'),
    inTree: last.get('in_tree'),
    traits,
    aggregates,
    resources: resources === undefined ? new Map() : parseResources(resources),
  }
}
