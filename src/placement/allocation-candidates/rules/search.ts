// Which providers could satisfy a request, anchor by anchor: an anchor is the root of the tree a candidate belongs to,
// and besides its own members a tree may use the providers that share with it through an aggregate. Pure; the order of
// the answer is that of the index, so equal questions get equal answers.
import {
  type Provider,
  type ProviderIndex,
  SHARES_VIA_AGGREGATE,
} from '#placement/resource-providers/rules/provider-index.ts'
import { type Candidate, combine } from './combine.ts'
import { type GroupMatcher, isEmptyGroup, matchGroup, type Option } from './group.ts'
import type { CandidateRequest, RequestGroup } from './request.ts'

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
  const hasSharing = index.withTrait(SHARES_VIA_AGGREGATE).size > 0
  const found: Candidate[] = []
  const seen = new Set<string>()
  for (const anchor of anchorsOf(index, matchers)) {
    if (!isAnchor(anchor)) continue
    const choices = optionsByGroup(matchers, anchor)
    if (choices === undefined) continue
    const goOn = combine(index, request, matchers, choices, (candidate) => {
      if (!hasSharing || remember(seen, candidate)) found.push(candidate)
      return found.length < wanted
    })
    if (!goOn) break
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
    if (isAnchor(anchor) && matcher.options(anchor).length > 0) return true
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

const optionsByGroup = (matchers: readonly GroupMatcher[], anchor: string): (readonly Option[])[] | undefined => {
  const choices: (readonly Option[])[] = []
  for (const matcher of matchers) {
    const options = matcher.options(anchor)
    if (options.length === 0) return undefined
    choices.push(options)
  }
  return choices
}

/** Whether a candidate is new: the same sharing providers may serve several trees, and count once. */
const remember = (seen: Set<string>, { claims, mappings }: Candidate): boolean => {
  const amounts = claims.map(({ provider, resourceClass, amount }) => `${provider.uuid}:${resourceClass}:${amount}`)
  const groups = mappings.flatMap(({ suffix, providers }) => providers.map(({ uuid }) => `${suffix}=${uuid}`))
  const key = `${amounts.sort().join()}#${groups.sort().join()}`
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
  const isFlat = !nestedAware && index.hasTrees
  const visible = isFlat ? found.filter(isOnePerTree) : found
  const described = new Set<Provider>()
  for (const { claims } of visible) {
    for (const { provider } of claims) {
      if (isFlat) described.add(provider)
      else if (!described.has(provider)) for (const member of index.tree(provider.rootUuid)) described.add(member)
    }
  }
  const ordered = random === undefined ? visible : shuffle(visible, random)
  if (request.limit === undefined || request.limit >= ordered.length) {
    return { requests: ordered, summaries: [...described] }
  }
  const requests = ordered.slice(0, request.limit)
  const roots = new Set(requests.flatMap(({ claims }) => claims.map(({ provider }) => provider.rootUuid)))
  return { requests, summaries: [...described].filter(({ rootUuid }) => roots.has(rootUuid)) }
}

const isOnePerTree = ({ claims }: Candidate): boolean => {
  const providers = new Set(claims.map(({ provider }) => provider))
  return new Set([...providers].map(({ rootUuid }) => rootUuid)).size === providers.size
}

const shuffle = <T>(items: readonly T[], random: () => number): T[] =>
  items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item)
