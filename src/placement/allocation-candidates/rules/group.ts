import { fits, type Provider, type ProviderIndex } from '#placement/resource-providers/rules/provider-index.ts'
import type { RequestGroup } from './request.ts'

/** What one group takes from one provider. */
export type Claim = { readonly provider: Provider; readonly resourceClass: string; readonly amount: number }

/** One way to satisfy a group; without resources it has a provider and no claims. */
export type Option = { readonly providers: readonly Provider[]; readonly claims: readonly Claim[] }

/** `seeds` holds at least one provider of every option there is, whatever the anchor. */
export type GroupMatcher = {
  readonly suffix: string
  readonly group: RequestGroup
  readonly seeds: ReadonlySet<Provider>
  readonly options: (anchor: string) => Generator<Option>
}

/** Whether no provider at all is in the aggregates the group asks for. */
export const isEmptyGroup = (index: ProviderIndex, { memberOf }: RequestGroup): boolean =>
  memberOf.length > 0 && membersOf(index, memberOf).size === 0

/** How the group is matched; undefined when in_tree names no provider or no provider has room for one of its classes. */
export const matchGroup = (index: ProviderIndex, suffix: string, group: RequestGroup): GroupMatcher | undefined => {
  const treeRoot = group.inTree === undefined ? undefined : index.get(group.inTree)?.rootUuid
  if (group.inTree !== undefined && treeRoot === undefined) return undefined
  const members = group.memberOf.length > 0 ? membersOf(index, group.memberOf) : undefined
  const forbidden = new Set([...group.forbiddenAggregates].flatMap((uuid) => [...index.inAggregate(uuid)]))
  const filter = { treeRoot, members, forbidden }
  const seeds = findSeeds(index, group, filter)
  if (seeds === undefined) return undefined
  const options = group.useSameProvider
    ? (anchor: string) => sameProviderOptions(index, group, filter, anchor)
    : (anchor: string) => treeOptions(index, group, filter, anchor)
  return { suffix, group, seeds, options }
}

type Filter = {
  readonly treeRoot: string | undefined
  readonly members: ReadonlySet<Provider> | undefined
  readonly forbidden: ReadonlySet<Provider>
}

/** Providers that are themselves in an aggregate of each set. */
const membersOf = (index: ProviderIndex, memberOf: RequestGroup['memberOf']): ReadonlySet<Provider> =>
  memberOf
    .map((anyOf) => new Set([...anyOf].flatMap((uuid) => [...index.inAggregate(uuid)])))
    .reduce((all, each) => new Set([...all].filter((provider) => each.has(provider))))

const some = <T>(items: Iterable<T>, test: (item: T) => boolean): boolean => {
  for (const item of items) if (test(item)) return true
  return false
}

/** The smallest of the sets every option must draw a provider from. */
const findSeeds = (index: ProviderIndex, group: RequestGroup, filter: Filter): ReadonlySet<Provider> | undefined => {
  const sets: ReadonlySet<Provider>[] = []
  for (const [name, amount] of group.resources) {
    const withRoom = index.withClass(name)
    const hasProvider = some(
      withRoom,
      (each) => (filter.treeRoot === undefined || each.rootUuid === filter.treeRoot) && hasRoom(each, name, amount),
    )
    if (!hasProvider) return undefined
    sets.push(withRoom)
  }
  // An unsuffixed group may spread its traits and memberships over a tree, a suffixed one may not.
  if (group.useSameProvider) {
    for (const anyOf of group.requiredTraits) {
      sets.push(new Set([...anyOf].flatMap((name) => [...index.withTrait(name)])))
    }
    if (filter.members !== undefined) sets.push(filter.members)
  }
  return sets.sort((a, b) => a.size - b.size)[0]
}

const hasRoom = (provider: Provider, resourceClass: string, amount: number): boolean => {
  const inventory = provider.inventories.get(resourceClass)
  return inventory !== undefined && fits(inventory, amount)
}

const hasEvery = (traits: ReadonlySet<string>, required: RequestGroup['requiredTraits']): boolean =>
  required.every((anyOf) => some(anyOf, (name) => traits.has(name)))

/** A suffixed group: each provider of the tree, or sharing with it, that has everything by itself. */
function* sameProviderOptions(
  index: ProviderIndex,
  group: RequestGroup,
  filter: Filter,
  anchor: string,
): Generator<Option> {
  for (const set of [index.tree(anchor), index.sharersOf(anchor)]) {
    for (const provider of set) {
      if (!satisfiesAlone(provider, group, filter)) continue
      const claims = [...group.resources].map(([resourceClass, amount]) => ({ provider, resourceClass, amount }))
      yield { providers: [provider], claims }
    }
  }
}

const satisfiesAlone = (provider: Provider, group: RequestGroup, { treeRoot, members, forbidden }: Filter): boolean => {
  // Placement does not hold a group without resources to in_tree, and finds nothing for one that only forbids.
  if (group.resources.size === 0 && group.requiredTraits.length === 0 && members === undefined) return false
  if (group.resources.size > 0 && treeRoot !== undefined && provider.rootUuid !== treeRoot) return false
  if (members !== undefined && !members.has(provider)) return false
  if (forbidden.has(provider)) return false
  if (!hasEvery(provider.traits, group.requiredTraits)) return false
  if (some(group.forbiddenTraits, (name) => provider.traits.has(name))) return false
  for (const [name, amount] of group.resources) if (!hasRoom(provider, name, amount)) return false
  return true
}

/** The unsuffixed group: each class from any provider of the tree or sharing with it, traits held by them together. */
function* treeOptions(index: ProviderIndex, group: RequestGroup, filter: Filter, anchor: string): Generator<Option> {
  if (filter.treeRoot !== undefined && filter.treeRoot !== anchor) return
  const root = index.get(anchor)
  if (root === undefined) return
  // An aggregate of the root spans its tree: the provider itself or the root is to be in it, and neither to be outside.
  const rootIsMember = filter.members?.has(root) ?? true
  if (filter.forbidden.has(root)) return
  const isAllowed = (provider: Provider): boolean =>
    (rootIsMember || filter.members?.has(provider) === true) &&
    !filter.forbidden.has(provider) &&
    !some(group.forbiddenTraits, (name) => provider.traits.has(name))
  const pool = [...index.tree(anchor)].filter(isAllowed)
  if (filter.treeRoot === undefined) {
    for (const sharer of index.sharersOf(anchor)) {
      if ((filter.members?.has(sharer) ?? true) && isAllowed(sharer)) pool.push(sharer)
    }
  }
  const choices: { resourceClass: string; amount: number; providers: Provider[] }[] = []
  for (const [resourceClass, amount] of group.resources) {
    const providers = pool.filter((provider) => hasRoom(provider, resourceClass, amount))
    if (providers.length === 0) return
    choices.push({ resourceClass, amount, providers })
  }
  const claims: Claim[] = []
  function* pick(level: number): Generator<Option> {
    const choice = choices[level]
    if (choice === undefined) {
      const providers = [...new Set(claims.map(({ provider }) => provider))]
      const traits =
        providers.length === 1 ? providers[0]?.traits : new Set(providers.flatMap((each) => [...each.traits]))
      if (traits !== undefined && hasEvery(traits, group.requiredTraits)) yield { providers, claims: [...claims] }
      return
    }
    for (const provider of choice.providers) {
      claims.push({ provider, resourceClass: choice.resourceClass, amount: choice.amount })
      yield* pick(level + 1)
      claims.pop()
    }
  }
  yield* pick(0)
}
