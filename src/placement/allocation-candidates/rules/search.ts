// Which providers could satisfy a request, anchor by anchor: an anchor is the root of the tree a candidate belongs to,
// and besides its own members a tree may use the providers that share with it through an aggregate. Pure; the order of
// the answer is that of the index, so equal questions get equal answers.
import {
  capacityOf,
  type Provider,
  type ProviderIndex,
  SHARES_VIA_AGGREGATE,
} from '#placement/resource-providers/rules/provider-index.ts'
import { type GroupMatcher, isEmptyGroup, matchGroup, type Option } from './group.ts'
import type { CandidateRequest, RequestGroup } from './request.ts'

/** Amounts by provider and class; `mappings` holds the providers that satisfy each group, by suffix. */
export type Candidate = {
  readonly allocations: ReadonlyMap<Provider, ReadonlyMap<string, number>>
  readonly mappings: ReadonlyMap<string, ReadonlySet<Provider>>
}

/** `summaries` are the providers the answer describes: whole trees, or without `nestedAware` only those used. */
export type Candidates = { readonly requests: readonly Candidate[]; readonly summaries: readonly Provider[] }

/** Names a request may use: `hasClass` and `hasTrait` tell what exists. */
export type Vocabulary = { readonly hasClass: (name: string) => boolean; readonly hasTrait: (name: string) => boolean }

/** A class or trait the request names does not exist. */
export class UnknownNameError extends Error {
  readonly kind: 'resource class' | 'trait'
  readonly unknown: string

  constructor(kind: 'resource class' | 'trait', unknown: string) {
    super(`Unknown ${kind} ${unknown}`)
    this.kind = kind
    this.unknown = unknown
  }
}

export type SearchOptions = {
  /** Without it (before microversion 1.29) a candidate may not use two providers of one tree. */
  readonly nestedAware: boolean
  /** At most so many candidates are made before `limit` is applied; undefined: no bound. */
  readonly maxCandidates?: number | undefined
  /** Draws the sample that `limit` keeps, in [0, 1); undefined: the first ones are kept. */
  readonly random?: (() => number) | undefined
}

const NOTHING: Candidates = { requests: [], summaries: [] }

/**
 * The candidates of GET /allocation_candidates. Throws UnknownNameError for the first class or trait that does not
 * exist, unless a part of the request before it has already left no candidate.
 */
export const findCandidates = (
  index: ProviderIndex,
  vocabulary: Vocabulary,
  request: CandidateRequest,
  options: SearchOptions,
): Candidates => {
  const isAnchor = anchorFilter(index, vocabulary, request)
  if (isAnchor === undefined) return NOTHING
  const matchers: GroupMatcher[] = []
  for (const [suffix, group] of request.groups) {
    const matcher = prepareGroup(index, vocabulary, suffix, group, () =>
      matchers.every((each) => hasOption(index, each, isAnchor)),
    )
    if (matcher === undefined) return NOTHING
    matchers.push(matcher)
  }
  // Sampling, and the old versions' filter on whole answers, need every candidate; else the limit may stop the search.
  const wanted =
    request.limit !== undefined && options.random === undefined && options.nestedAware
      ? Math.min(request.limit, options.maxCandidates ?? request.limit)
      : (options.maxCandidates ?? Number.POSITIVE_INFINITY)
  const found: Candidate[] = []
  const seen = new Set<string>()
  for (const anchor of anchorsOf(index, matchers)) {
    if (!isAnchor(anchor)) continue
    const choices = optionsByGroup(matchers, anchor)
    if (choices === undefined) continue
    for (const candidate of combine(index, request, matchers, choices)) {
      // The same sharing providers may serve several trees: one candidate, however many anchors it has.
      if (index.withTrait(SHARES_VIA_AGGREGATE).size > 0 && !remember(seen, candidate)) continue
      found.push(candidate)
      if (found.length >= wanted) return conclude(index, request, options, found)
    }
  }
  return conclude(index, request, options, found)
}

/** The test of `root_required`; undefined when no root passes it. */
const anchorFilter = (
  index: ProviderIndex,
  vocabulary: Vocabulary,
  { rootRequired, rootForbidden }: CandidateRequest,
): ((rootUuid: string) => boolean) | undefined => {
  if (rootRequired.size === 0 && rootForbidden.size === 0) return () => true
  for (const name of [...rootRequired, ...rootForbidden]) {
    if (!vocabulary.hasTrait(name)) throw new UnknownNameError('trait', name)
  }
  const passes = (rootUuid: string): boolean => {
    const traits = index.get(rootUuid)?.traits
    if (traits === undefined) return false
    return [...rootRequired].every((name) => traits.has(name)) && ![...rootForbidden].some((name) => traits.has(name))
  }
  for (const rootUuid of index.roots()) if (passes(rootUuid)) return passes
  return undefined
}

/** The group's matcher; undefined when nothing can satisfy it. Names are looked up in the order Placement does. */
const prepareGroup = (
  index: ProviderIndex,
  vocabulary: Vocabulary,
  suffix: string,
  group: RequestGroup,
  earlierHaveOptions: () => boolean,
): GroupMatcher | undefined => {
  const refuse = (kind: 'resource class' | 'trait', name: string): undefined => {
    if (earlierHaveOptions()) throw new UnknownNameError(kind, name)
    return undefined
  }
  for (const name of group.resources.keys()) if (!vocabulary.hasClass(name)) return refuse('resource class', name)
  if (isEmptyGroup(index, group)) return undefined
  for (const name of [...group.requiredTraits.flatMap((anyOf) => [...anyOf]), ...group.forbiddenTraits]) {
    if (!vocabulary.hasTrait(name)) return refuse('trait', name)
  }
  return matchGroup(index, suffix, group)
}

const hasOption = (index: ProviderIndex, matcher: GroupMatcher, isAnchor: (rootUuid: string) => boolean): boolean => {
  for (const anchor of anchorsOf(index, [matcher])) {
    if (isAnchor(anchor) && !matcher.options(anchor).next().done) return true
  }
  return false
}

/** The anchors worth a look: those of the group with the fewest providers to choose from. */
const anchorsOf = (index: ProviderIndex, matchers: readonly GroupMatcher[]): Iterable<string> => {
  const [rarest] = matchers.map(({ seeds }) => seeds).sort((a, b) => a.size - b.size)
  if (rarest === undefined) return []
  const anchors = new Set<string>()
  let shares = false
  for (const provider of rarest) {
    anchors.add(provider.rootUuid)
    shares ||= provider.traits.has(SHARES_VIA_AGGREGATE)
  }
  if (shares) for (const rootUuid of index.roots()) if (index.sharersOf(rootUuid).length > 0) anchors.add(rootUuid)
  return anchors
}

const optionsByGroup = (matchers: readonly GroupMatcher[], anchor: string): Option[][] | undefined => {
  const choices: Option[][] = []
  for (const matcher of matchers) {
    const options = [...matcher.options(anchor)]
    if (options.length === 0) return undefined
    choices.push(options)
  }
  return choices
}

/** Every way to pick one option for each group that keeps to capacity, group_policy and same_subtree. */
function* combine(
  index: ProviderIndex,
  request: CandidateRequest,
  matchers: readonly GroupMatcher[],
  choices: readonly (readonly Option[])[],
): Generator<Candidate> {
  const picked: Option[] = []
  const taken = new Map<Provider, Map<string, number>>()
  const isolated = new Set<Provider>()

  function* pick(level: number): Generator<Candidate> {
    const matcher = matchers[level]
    if (matcher === undefined) {
      if (request.sameSubtrees.every((suffixes) => isSubtree(index, suffixes, matchers, picked))) {
        yield snapshot(matchers, picked, taken)
      }
      return
    }
    for (const option of choices[level] ?? []) {
      const alone = request.groupPolicy === 'isolate' && matcher.group.useSameProvider ? option.providers[0] : undefined
      if (alone !== undefined && isolated.has(alone)) continue
      // Amounts only grow with each group, so what no longer fits here fits nowhere below.
      if (take(taken, option, 1)) {
        if (alone !== undefined) isolated.add(alone)
        picked.push(option)
        yield* pick(level + 1)
        picked.pop()
        if (alone !== undefined) isolated.delete(alone)
      }
      take(taken, option, -1)
    }
  }
  yield* pick(0)
}

/** Adds (or takes back) an option's amounts; false when a sum is over the provider's room or its max_unit. */
const take = (taken: Map<Provider, Map<string, number>>, option: Option, sign: 1 | -1): boolean => {
  let fitsAll = true
  for (const { provider, resourceClass, amount } of option.claims) {
    let amounts = taken.get(provider)
    if (amounts === undefined) taken.set(provider, (amounts = new Map()))
    const sum = (amounts.get(resourceClass) ?? 0) + sign * amount
    if (sum === 0) amounts.delete(resourceClass)
    else amounts.set(resourceClass, sum)
    if (amounts.size === 0) taken.delete(provider)
    const inventory = provider.inventories.get(resourceClass)
    if (inventory === undefined || inventory.used + sum > capacityOf(inventory) || sum > inventory.maxUnit)
      fitsAll = false
  }
  return fitsAll
}

const snapshot = (
  matchers: readonly GroupMatcher[],
  picked: readonly Option[],
  taken: ReadonlyMap<Provider, ReadonlyMap<string, number>>,
): Candidate => ({
  allocations: new Map([...taken].map(([provider, amounts]) => [provider, new Map(amounts)])),
  mappings: new Map(matchers.map(({ suffix }, level) => [suffix, new Set(picked[level]?.providers)])),
})

/** Whether one of the providers of these groups is the ancestor of all the others (or there is but one). */
const isSubtree = (
  index: ProviderIndex,
  suffixes: ReadonlySet<string>,
  matchers: readonly GroupMatcher[],
  picked: readonly Option[],
): boolean => {
  const providers = new Set(
    picked.flatMap((option, level) => (suffixes.has(matchers[level]?.suffix ?? '') ? option.providers : [])),
  )
  if (providers.size === 1) return true
  return [...providers].some((top) => [...providers].every((provider) => isWithin(index, provider, top)))
}

const isWithin = (index: ProviderIndex, provider: Provider, top: Provider): boolean => {
  let at: Provider | undefined = provider
  while (at !== undefined && at !== top) at = at.parentUuid === undefined ? undefined : index.get(at.parentUuid)
  return at === top
}

const remember = (seen: Set<string>, { allocations, mappings }: Candidate): boolean => {
  const claims = [...allocations].flatMap(([{ uuid }, amounts]) =>
    [...amounts].map(([resourceClass, amount]) => `${uuid}:${resourceClass}:${amount}`),
  )
  const groups = [...mappings].flatMap(([suffix, providers]) => [...providers].map(({ uuid }) => `${suffix}=${uuid}`))
  const key = `${claims.sort().join()}#${groups.sort().join()}`
  if (seen.has(key)) return false
  seen.add(key)
  return true
}

/** Drops what the version may not see, applies the limit and gathers the summaries. */
const conclude = (
  index: ProviderIndex,
  request: CandidateRequest,
  { nestedAware, random }: SearchOptions,
  found: readonly Candidate[],
): Candidates => {
  const flat = !nestedAware && index.hasTrees
  const visible = flat ? found.filter(({ allocations }) => isOnePerTree([...allocations.keys()])) : found
  const described = new Set<Provider>()
  for (const { allocations } of visible) {
    for (const provider of allocations.keys()) {
      if (flat) described.add(provider)
      else if (!described.has(provider)) for (const member of index.tree(provider.rootUuid)) described.add(member)
    }
  }
  const ordered = random === undefined ? [...visible] : shuffle(visible, random)
  if (request.limit === undefined || request.limit >= ordered.length)
    return { requests: ordered, summaries: [...described] }
  const requests = ordered.slice(0, request.limit)
  const roots = new Set(requests.flatMap(({ allocations }) => [...allocations.keys()].map(({ rootUuid }) => rootUuid)))
  return { requests, summaries: [...described].filter(({ rootUuid }) => roots.has(rootUuid)) }
}

const isOnePerTree = (providers: readonly Provider[]): boolean =>
  new Set(providers.map(({ rootUuid }) => rootUuid)).size === providers.length

const shuffle = <T>(items: readonly T[], random: () => number): T[] =>
  items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item)
