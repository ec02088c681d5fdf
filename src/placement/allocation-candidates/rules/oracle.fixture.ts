// The candidates of a request by trying everything: each anchor, each provider for each class of each group, then
// throwing away what breaks a rule. Slow, and written to be read beside Placement's documentation.
import { SHARES_VIA_AGGREGATE, type Provider } from '#placement/resource-providers/rules/provider-index.ts'
import type { CandidateRequest, RequestGroup } from './request.ts'

type Assignment = { suffix: string; providers: Provider[]; claims: [Provider, string, number][] }

const product = <T>(lists: T[][]): T[][] =>
  lists.reduce<T[][]>((partial, list) => partial.flatMap((items) => list.map((item) => [...items, item])), [[]])

const inSome = (names: ReadonlySet<string>, wanted: ReadonlySet<string>): boolean =>
  [...wanted].some((name) => names.has(name))

/** Each candidate as a sorted text, without repetition. */
export const tryEverything = (providers: readonly Provider[], request: CandidateRequest): string[] => {
  const byUuid = new Map(providers.map((provider) => [provider.uuid, provider]))
  const rootOf = (provider: Provider): Provider => byUuid.get(provider.rootUuid) ?? provider

  const reaches = (provider: Provider, anchor: Provider): boolean =>
    rootOf(provider) === anchor ||
    (provider.traits.has(SHARES_VIA_AGGREGATE) &&
      providers.some((member) => rootOf(member) === anchor && inSome(member.aggregates, provider.aggregates)))

  const hasRoom = (provider: Provider, name: string, amount: number): boolean => {
    const inventory = provider.inventories.get(name)
    if (inventory === undefined) return false
    const { total, reserved, allocationRatio, used, minUnit, maxUnit, stepSize } = inventory
    if (used + amount > (total - reserved) * allocationRatio) return false
    return amount >= minUnit && amount <= maxUnit && amount % stepSize === 0
  }

  const isIn = (provider: Provider, group: RequestGroup): boolean =>
    group.memberOf.every((anyOf) => inSome(provider.aggregates, anyOf))

  const granular = (suffix: string, group: RequestGroup, anchor: Provider): Assignment[] => {
    if (group.resources.size === 0 && group.requiredTraits.length === 0 && group.memberOf.length === 0) return []
    const inTree = group.inTree === undefined ? undefined : byUuid.get(group.inTree)
    if (group.inTree !== undefined && inTree === undefined) return []
    return providers
      .filter((provider) => reaches(provider, anchor))
      .filter((provider) => group.resources.size === 0 || !inTree || rootOf(provider) === rootOf(inTree))
      .filter((provider) => isIn(provider, group) && !inSome(provider.aggregates, group.forbiddenAggregates))
      .filter((provider) => group.requiredTraits.every((anyOf) => inSome(provider.traits, anyOf)))
      .filter((provider) => !inSome(provider.traits, group.forbiddenTraits))
      .filter((provider) => [...group.resources].every(([name, amount]) => hasRoom(provider, name, amount)))
      .map((provider) => ({
        suffix,
        providers: [provider],
        claims: [...group.resources].map(([name, amount]) => [provider, name, amount]),
      }))
  }

  const spread = (suffix: string, group: RequestGroup, anchor: Provider): Assignment[] => {
    const inTree = group.inTree === undefined ? undefined : byUuid.get(group.inTree)
    if (group.inTree !== undefined && inTree === undefined) return []
    const candidatesFor = (name: string, amount: number): Provider[] =>
      providers.filter((provider) => {
        if (!reaches(provider, anchor) || !hasRoom(provider, name, amount)) return false
        const isOwn = rootOf(provider) === anchor
        if (inTree && (!isOwn || rootOf(inTree) !== anchor)) return false
        if (group.memberOf.length > 0) {
          if (!isOwn && !isIn(provider, group)) return false
          if (!isIn(provider, group) && !isIn(anchor, group)) return false
        }
        return (
          !inSome(provider.aggregates, group.forbiddenAggregates) &&
          !inSome(anchor.aggregates, group.forbiddenAggregates)
        )
      })
    const lists = [...group.resources].map(([name, amount]) =>
      candidatesFor(name, amount).map((provider): [Provider, string, number] => [provider, name, amount]),
    )
    return product(lists)
      .map((claims) => ({ suffix, claims, providers: [...new Set(claims.map(([provider]) => provider))] }))
      .filter(({ providers: used }) => {
        const all = new Set(used.flatMap(({ traits }) => [...traits]))
        return group.requiredTraits.every((anyOf) => inSome(all, anyOf)) && !inSome(all, group.forbiddenTraits)
      })
  }

  const ancestors = (provider: Provider): Provider[] => {
    const parent = provider.parentUuid === undefined ? undefined : byUuid.get(provider.parentUuid)
    return parent === undefined ? [provider] : [provider, ...ancestors(parent)]
  }

  const isSubtree = (suffixes: ReadonlySet<string>, assignments: readonly Assignment[]): boolean => {
    const used = assignments.filter(({ suffix }) => suffixes.has(suffix)).flatMap(({ providers: each }) => each)
    return used.some((top) => used.every((provider) => ancestors(provider).includes(top)))
  }

  const results = new Set<string>()
  for (const anchor of providers.filter((provider) => rootOf(provider) === provider)) {
    if (![...request.rootRequired].every((name) => anchor.traits.has(name))) continue
    if (inSome(anchor.traits, request.rootForbidden)) continue
    const lists = [...request.groups].map(([suffix, group]) =>
      group.useSameProvider ? granular(suffix, group, anchor) : spread(suffix, group, anchor),
    )
    for (const assignments of product(lists)) {
      const alone = assignments.filter(({ suffix }) => suffix !== '').flatMap(({ providers: each }) => each)
      if (request.groupPolicy === 'isolate' && new Set(alone).size < alone.length) continue
      if (!request.sameSubtrees.every((suffixes) => isSubtree(suffixes, assignments))) continue
      const sums = new Map<string, { provider: Provider; name: string; amount: number }>()
      for (const [provider, name, amount] of assignments.flatMap(({ claims }) => claims)) {
        const sum = sums.get(`${provider.uuid}:${name}`)
        sums.set(`${provider.uuid}:${name}`, { provider, name, amount: (sum?.amount ?? 0) + amount })
      }
      const isOver = [...sums.values()].some(({ provider, name, amount }) => {
        const inventory = provider.inventories.get(name)
        if (inventory === undefined) return true
        const { total, reserved, allocationRatio, used, maxUnit } = inventory
        return used + amount > Math.trunc((total - reserved) * allocationRatio) || amount > maxUnit
      })
      if (!isOver) results.add(describe([...sums.values()], assignments))
    }
  }
  return [...results].sort()
}

const describe = (
  sums: readonly { provider: Provider; name: string; amount: number }[],
  assignments: readonly { suffix: string; providers: readonly Provider[] }[],
): string => {
  const claims = sums.map(({ provider, name, amount }) => `${provider.uuid}:${name}:${amount}`).sort()
  const groups = assignments.flatMap(({ suffix, providers }) => providers.map(({ uuid }) => `${suffix}=${uuid}`)).sort()
  return `${claims.join(' ')} # ${groups.join(' ')}`
}
