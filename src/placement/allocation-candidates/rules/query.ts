import { parseInTree, parseMemberOf, parseRequired, parseResources, parseTraits } from './query-values.ts'
import {
  type CandidateRequest,
  QUERY_BAD_VALUE,
  QUERY_DUPLICATE_KEY,
  QUERY_MISSING_VALUE,
  QueryError,
  type RequestGroup,
} from './request.ts'

/**
 * The query of GET /allocation_candidates as microversion 1.`version` reads it (10 to 39).
 * Keys and values come in the order of the query, repeated keys included.
 * Throws QueryError with Placement's messages; of several faults the one Placement meets first.
 */
export const parseCandidateQuery = (
  query: readonly (readonly [string, string])[],
  version: number,
): CandidateRequest => {
  checkKeys(query, version)
  const valuesOf = (key: string): string[] => query.filter(([name]) => name === key).map(([, value]) => value)
  const limit = valuesOf('limit')[0]
  const root = parseRootRequired(valuesOf('root_required'))
  const sameSubtrees = valuesOf('same_subtree').map(parseSameSubtree)
  const groups = parseGroups(query, version)
  if (version >= 36) checkSubtreeGroups(groups, sameSubtrees)
  else checkOrphans(groups)
  if (version >= 22) checkConflicts(groups)
  const groupPolicy = valuesOf('group_policy')[0]
  if (!groupPolicy && [...groups.values()].filter(({ useSameProvider }) => useSameProvider).length > 1) {
    throw new QueryError(
      'The "group_policy" parameter is required when specifying more than one "resources{N}" parameter.',
    )
  }
  return {
    groups,
    groupPolicy: groupPolicy === 'isolate' || groupPolicy === 'none' ? groupPolicy : undefined,
    limit: limit === undefined ? undefined : Number(limit),
    ...root,
    sameSubtrees,
  }
}

const GROUP_KEYS = ['resources', 'required', 'member_of', 'in_tree'] as const

const NUMBER_SUFFIX = '[1-9][0-9]*'
const NAME_SUFFIX = '[a-zA-Z0-9_-]{1,64}'

const suffixPattern = (version: number): string => (version >= 33 ? NAME_SUFFIX : NUMBER_SUFFIX)

const groupKeys = (version: number): string[] => GROUP_KEYS.filter((key) => key !== 'in_tree' || version >= 31)

/** The keys a version knows, and the form of the few whose value has a form of its own. */
const checkKeys = (query: readonly (readonly [string, string])[], version: number): void => {
  const refuse = (message: string): QueryError => new QueryError(`Invalid query string parameters: ${message}`)
  const since: Record<string, number> = { limit: 16, group_policy: 25, root_required: 35, same_subtree: 36 }
  const plain =
    version < 25 ? ['resources', ...(version >= 17 ? ['required'] : []), ...(version >= 21 ? ['member_of'] : [])] : []
  const patterns = version < 25 ? [] : groupKeys(version).map((key) => `^${key}(${suffixPattern(version)})?$`)
  const isKnown = (key: string): boolean =>
    (since[key] ?? Number.POSITIVE_INFINITY) <= version ||
    plain.includes(key) ||
    patterns.some((pattern) => new RegExp(pattern).test(key))
  const keys = [...new Set(query.map(([key]) => key))]
  const unknown = keys.filter((key) => !isKnown(key))
  if (version < 25 && !keys.includes('resources')) throw refuse("'resources' is a required property")
  if (unknown.length > 0) throw refuse(describeUnknown(unknown, patterns))
  for (const [key, value] of new Map(query)) {
    if (key === 'limit' && !/^[1-9][0-9]*$/.test(value)) throw refuse(describeLimit(value))
    if (key === 'group_policy' && value !== 'none' && value !== 'isolate') {
      throw refuse(`'${value}' is not one of ['none', 'isolate']`)
    }
  }
}

/** As Python's jsonschema prints it whole. */
const describeLimit = (value: string): string =>
  `'${value}' does not match '^[1-9][0-9]*$'\n\nFailed validating 'pattern' in schema['properties']['limit']:\n` +
  "    {'minLength': 1,\n     'minimum': 1,\n     'pattern': '^[1-9][0-9]*$',\n     'type': ['integer', 'string']}\n\n" +
  `On instance['limit']:\n    '${value}'`

const describeUnknown = (unknown: readonly string[], patterns: readonly string[]): string => {
  const named = unknown.map((key) => `'${key}'`).sort()
  if (patterns.length === 0) {
    const verb = named.length > 1 ? 'were' : 'was'
    return `Additional properties are not allowed (${named.join(', ')} ${verb} unexpected)`
  }
  const verb = named.length > 1 ? 'do' : 'does'
  const regexes = patterns.map((pattern) => `'${pattern}'`).sort()
  return `${named.join(', ')} ${verb} not match any of the regexes: ${regexes.join(', ')}`
}

const parseRootRequired = (values: readonly string[]): { rootRequired: Set<string>; rootForbidden: Set<string> } => {
  const [value] = values
  if (value === undefined) return { rootRequired: new Set(), rootForbidden: new Set() }
  if (values.length > 1) {
    throw new QueryError("Query parameter 'root_required' may be specified only once.", QUERY_DUPLICATE_KEY)
  }
  const { required, forbidden } = parseTraits(value, { forbidden: true, anyOf: false })
  const rootRequired = new Set(required.flatMap((names) => [...names]))
  const conflicts = [...rootRequired].filter((name) => forbidden.has(name))
  if (conflicts.length > 0) {
    throw new QueryError(
      `Conflicting required and forbidden traits found in root_required: ${conflicts.join(', ')}`,
      QUERY_BAD_VALUE,
    )
  }
  return { rootRequired, rootForbidden: forbidden }
}

const parseSameSubtree = (value: string): Set<string> => {
  const suffixes = new Set(value.split(',').map((part) => part.trim()))
  if (!suffixes.has('')) return suffixes
  throw new QueryError('Empty string (unsuffixed group) can not be specified in `same_subtree` ', QUERY_BAD_VALUE)
}

const parseGroups = (query: readonly (readonly [string, string])[], version: number): Map<string, RequestGroup> => {
  const pattern = new RegExp(`^(${GROUP_KEYS.join('|')})(${suffixPattern(version)})?$`)
  const groups = new Map<string, RequestGroup>()
  for (const [key, value] of query) {
    const [, kind, suffix = ''] = pattern.exec(key) ?? []
    if (kind === undefined) continue
    const values = query.filter(([name]) => name === key).map(([, each]) => each)
    groups.set(suffix, {
      ...(groups.get(suffix) ?? emptyGroup(suffix)),
      ...parseGroupKey(kind, value, values, suffix, version),
    })
  }
  return groups
}

const parseGroupKey = (
  kind: string,
  value: string,
  values: readonly string[],
  suffix: string,
  version: number,
): Partial<RequestGroup> => {
  if (kind === 'resources') return { resources: parseResources(value) }
  if (kind === 'in_tree') return { inTree: parseInTree(value) }
  if (kind === 'required') {
    const { required, forbidden } = parseRequired(values, version)
    return { requiredTraits: required, forbiddenTraits: forbidden }
  }
  const { memberOf, forbidden } = parseMemberOf(values, suffix, version)
  return { memberOf, forbiddenAggregates: forbidden }
}

const emptyGroup = (suffix: string): RequestGroup => ({
  useSameProvider: suffix !== '',
  resources: new Map(),
  requiredTraits: [],
  forbiddenTraits: new Set(),
  memberOf: [],
  forbiddenAggregates: new Set(),
  inTree: undefined,
})

/** Before groups without resources came (1.36), traits and aggregates had to belong to some. */
const checkOrphans = (groups: ReadonlyMap<string, RequestGroup>): void => {
  const without = [...groups].filter(([, group]) => group.resources.size === 0)
  const orphaned = (kind: string, has: (group: RequestGroup) => boolean): string =>
    without
      .filter(([, group]) => has(group))
      .map(([suffix]) => `${kind}${suffix}`)
      .join(', ')
  const traits = orphaned('required', (group) => group.requiredTraits.length > 0)
  if (traits !== '') {
    throw new QueryError(
      'All traits parameters must be associated with resources.  ' +
        `Found the following orphaned traits keys: ${traits}`,
    )
  }
  const aggregates = orphaned('member_of', (group) => group.memberOf.length > 0 || group.forbiddenAggregates.size > 0)
  if (aggregates !== '') {
    throw new QueryError(
      'All member_of parameters must be associated with resources. ' +
        `Found the following orphaned member_of keys: ${aggregates}`,
    )
  }
  if (without.length > 0) throw new QueryError('All request groups must specify resources.')
  if (groups.size === 0) {
    throw new QueryError('At least one request group (`resources` or `resources{$S}`) is required.')
  }
}

/** Python's way of writing a list of strings, which these messages carry. */
const listed = (names: readonly string[]): string => `[${names.map((name) => `'${name}'`).join(', ')}]`

const checkSubtreeGroups = (
  groups: ReadonlyMap<string, RequestGroup>,
  sameSubtrees: readonly ReadonlySet<string>[],
): void => {
  const without = [...groups].filter(([, group]) => group.resources.size === 0).map(([suffix]) => suffix)
  if (without.length === groups.size) {
    throw new QueryError('There must be at least one resources or resources[$S] parameter.', QUERY_MISSING_VALUE)
  }
  const named = new Set(sameSubtrees.flatMap((suffixes) => [...suffixes]))
  const loose = without.filter((suffix) => !named.has(suffix))
  if (loose.length > 0) {
    throw new QueryError(
      'Resourceless suffixed group request should be specified in `same_subtree` query param: ' +
        `bad group(s) - ${listed(loose)}.`,
      QUERY_BAD_VALUE,
    )
  }
  const unknown = [...named].filter((suffix) => !groups.has(suffix))
  if (unknown.length > 0) {
    throw new QueryError(
      `Real suffixes should be specified in \`same_subtree\`: ${listed(unknown)} not found in ${listed([...groups.keys()])}.`,
      QUERY_BAD_VALUE,
    )
  }
}

const checkConflicts = (groups: ReadonlyMap<string, RequestGroup>): void => {
  const conflicts = [...groups].flatMap(([suffix, group]) =>
    group.requiredTraits
      .filter((anyOf) => [...anyOf].every((name) => group.forbiddenTraits.has(name)))
      .map((anyOf) => `required${suffix}: (${[...anyOf].sort().join(', ')})`),
  )
  if (conflicts.length === 0) return
  throw new QueryError(
    `Conflicting required and forbidden traits found in the following traits keys: ${conflicts.sort().join(', ')}`,
  )
}
