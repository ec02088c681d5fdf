// How one request group is matched within one tree. This runs for every tree of the cloud on every search, so it is
// written with plain loops over arrays and makes nothing it does not hand out.
import { fits, type Provider, type ProviderIndex } from '#placement/resource-providers/rules/provider-index.ts'
import type { RequestGroup } from './request.ts'

/** What is taken from one provider. */
export type Claim = { readonly provider: Provider; readonly resourceClass: string; readonly amount: number }

/** One way to satisfy a group; without resources it has a provider and no claims. */
export type Option = { readonly providers: readonly Provider[]; readonly claims: readonly Claim[] }

/** `seeds` holds at least one provider of every option there is, whatever the anchor. */
export type GroupMatcher = {
  readonly suffix: string
  readonly useSameProvider: boolean
  readonly seeds: ReadonlySet<Provider>
  readonly options: (anchor: string) => readonly Option[]
}

type Demand = { readonly resourceClass: string; readonly amount: number }

type Wanted = {
  readonly demands: readonly Demand[]
  readonly required: readonly (readonly string[])[]
  readonly forbiddenTraits: readonly string[]
  readonly treeRoot: string | undefined
  /** Providers that are themselves in the aggregates asked for; undefined: none asked for. */
  readonly members: ReadonlySet<Provider> | undefined
  readonly forbidden: ReadonlySet<Provider>
}

const NO_OPTIONS: readonly Option[] = []

/** Whether no provider at all is in the aggregates the group asks for. */
export const isEmptyGroup = (index: ProviderIndex, { memberOf }: RequestGroup): boolean =>
  memberOf.length > 0 && membersOf(index, memberOf).size === 0

/** How the group is matched; undefined when in_tree names no provider or no provider has room for one of its classes. */
export const matchGroup = (index: ProviderIndex, suffix: string, group: RequestGroup): GroupMatcher | undefined => {
  const treeRoot = group.inTree === undefined ? undefined : index.get(group.inTree)?.rootUuid
  if (group.inTree !== undefined && treeRoot === undefined) return undefined
  const wanted: Wanted = {
    demands: [...group.resources].map(([resourceClass, amount]) => ({ resourceClass, amount })),
    required: group.requiredTraits.map((anyOf) => [...anyOf]),
    forbiddenTraits: [...group.forbiddenTraits],
    treeRoot,
    members: group.memberOf.length > 0 ? membersOf(index, group.memberOf) : undefined,
    forbidden: union([...group.forbiddenAggregates], (uuid) => index.inAggregate(uuid)),
  }
  const { useSameProvider } = group
  const seeds = findSeeds(index, wanted, useSameProvider)
  if (seeds === undefined) return undefined
  const options = useSameProvider
    ? (anchor: string) => sameProviderOptions(index, wanted, anchor)
    : (anchor: string) => treeOptions(index, wanted, anchor)
  return { suffix, useSameProvider, seeds, options }
}

const membersOf = (index: ProviderIndex, memberOf: RequestGroup['memberOf']): ReadonlySet<Provider> =>
  memberOf
    .map((anyOf) => union([...anyOf], (uuid) => index.inAggregate(uuid)))
    .reduce((all, each) => new Set([...all].filter((provider) => each.has(provider))))

/** The providers under any of the names; for the usual single name nothing is copied. */
const union = (names: readonly string[], find: (name: string) => ReadonlySet<Provider>): ReadonlySet<Provider> => {
  const [only] = names
  if (only !== undefined && names.length === 1) return find(only)
  return new Set(names.flatMap((name) => [...find(name)]))
}

/** The smallest of the sets every option must draw a provider from. */
const findSeeds = (index: ProviderIndex, wanted: Wanted, isAlone: boolean): ReadonlySet<Provider> | undefined => {
  const sets: ReadonlySet<Provider>[] = []
  for (const demand of wanted.demands) {
    const withClass = index.withClass(demand.resourceClass)
    if (!hasProvider(withClass, demand, wanted.treeRoot)) return undefined
    sets.push(withClass)
  }
  // An unsuffixed group may spread its traits and memberships over a tree, a suffixed one may not.
  if (isAlone) {
    for (const anyOf of wanted.required) sets.push(union(anyOf, (name) => index.withTrait(name)))
    if (wanted.members !== undefined) sets.push(wanted.members)
  }
  return sets.sort((a, b) => a.size - b.size)[0]
}

const hasProvider = (providers: Iterable<Provider>, demand: Demand, treeRoot: string | undefined): boolean => {
  for (const provider of providers) {
    if ((treeRoot === undefined || provider.rootUuid === treeRoot) && hasRoom(provider, demand)) return true
  }
  return false
}

const hasRoom = (provider: Provider, { resourceClass, amount }: Demand): boolean => {
  const inventory = provider.inventories.get(resourceClass)
  return inventory !== undefined && fits(inventory, amount)
}

const hasRoomForAll = (provider: Provider, demands: readonly Demand[]): boolean => {
  for (const demand of demands) if (!hasRoom(provider, demand)) return false
  return true
}

const hasAny = (traits: ReadonlySet<string>, names: readonly string[]): boolean => {
  for (const name of names) if (traits.has(name)) return true
  return false
}

const hasEvery = (traits: ReadonlySet<string>, required: readonly (readonly string[])[]): boolean => {
  for (const anyOf of required) if (!hasAny(traits, anyOf)) return false
  return true
}

const wholeOption = (provider: Provider, demands: readonly Demand[]): Option => ({
  providers: [provider],
  claims: demands.map(({ resourceClass, amount }) => ({ provider, resourceClass, amount })),
})

/** A suffixed group: each provider of the tree, or sharing with it, that has everything by itself. */
const sameProviderOptions = (index: ProviderIndex, wanted: Wanted, anchor: string): readonly Option[] => {
  const options: Option[] = []
  const consider = (provider: Provider): void => {
    if (satisfiesAlone(provider, wanted)) options.push(wholeOption(provider, wanted.demands))
  }
  for (const provider of index.tree(anchor)) consider(provider)
  for (const provider of index.sharersOf(anchor)) consider(provider)
  return options
}

const satisfiesAlone = (provider: Provider, wanted: Wanted): boolean => {
  const { demands, required, treeRoot, members } = wanted
  // Placement does not hold a group without resources to in_tree, and finds nothing for one that only forbids.
  if (demands.length === 0 && required.length === 0 && members === undefined) return false
  if (demands.length > 0 && treeRoot !== undefined && provider.rootUuid !== treeRoot) return false
  if (members !== undefined && !members.has(provider)) return false
  if (wanted.forbidden.has(provider)) return false
  if (!hasEvery(provider.traits, required) || hasAny(provider.traits, wanted.forbiddenTraits)) return false
  return hasRoomForAll(provider, demands)
}

/** The unsuffixed group: each class from any provider of the tree or sharing with it, traits held by them together. */
const treeOptions = (index: ProviderIndex, wanted: Wanted, anchor: string): readonly Option[] => {
  const { treeRoot, members, forbidden, forbiddenTraits, demands } = wanted
  if (treeRoot !== undefined && treeRoot !== anchor) return NO_OPTIONS
  const root = index.get(anchor)
  // An aggregate of the root spans its tree: the provider itself or the root is to be in it, and neither to be outside.
  if (root === undefined || forbidden.has(root)) return NO_OPTIONS
  const isRootMember = members === undefined || members.has(root)
  const isAllowed = (provider: Provider): boolean =>
    (isRootMember || members.has(provider)) && !forbidden.has(provider) && !hasAny(provider.traits, forbiddenTraits)

  const tree = index.tree(anchor)
  const sharers = treeRoot === undefined ? index.sharersOf(anchor) : []
  if (tree.size === 1 && sharers.length === 0) {
    const isEnough = isAllowed(root) && hasEvery(root.traits, wanted.required) && hasRoomForAll(root, demands)
    return isEnough ? [wholeOption(root, demands)] : NO_OPTIONS
  }
  const pool: Provider[] = []
  for (const provider of tree) if (isAllowed(provider)) pool.push(provider)
  for (const sharer of sharers) {
    if ((members === undefined || members.has(sharer)) && isAllowed(sharer)) pool.push(sharer)
  }
  const choices: Provider[][] = []
  for (const demand of demands) {
    const providers = pool.filter((provider) => hasRoom(provider, demand))
    if (providers.length === 0) return NO_OPTIONS
    choices.push(providers)
  }
  return spread(wanted, choices)
}

/** Every way to pick a provider for each demand whose traits together are enough. */
const spread = ({ demands, required }: Wanted, choices: readonly (readonly Provider[])[]): Option[] => {
  const options: Option[] = []
  const claims: Claim[] = []
  const pick = (level: number): void => {
    const demand = demands[level]
    if (demand === undefined) {
      const providers = [...new Set(claims.map(({ provider }) => provider))]
      const isEnough = required.every((anyOf) => providers.some(({ traits }) => hasAny(traits, anyOf)))
      if (isEnough) options.push({ providers, claims: [...claims] })
      return
    }
    for (const provider of choices[level] ?? []) {
      claims.push({ provider, ...demand })
      pick(level + 1)
      claims.pop()
    }
  }
  pick(0)
  return options
}
