import { capacityOf, type Provider, type ProviderIndex } from '#placement/resource-providers/rules/provider-index.ts'
import type { Claim, GroupMatcher, Option } from './group.ts'
import type { CandidateRequest } from './request.ts'

/** One claim a provider and class; `mappings` holds the providers that satisfy each group, in the order of the query. */
export type Candidate = {
  readonly claims: readonly Claim[]
  readonly mappings: readonly { readonly suffix: string; readonly providers: readonly Provider[] }[]
}

/**
 * Every way to pick one option for each group that keeps to capacity, group_policy and same_subtree; `each` is called
 * with it and may end the enumeration by answering false, which is then the answer.
 */
export const combine = (
  index: ProviderIndex,
  request: CandidateRequest,
  matchers: readonly GroupMatcher[],
  choices: readonly (readonly Option[])[],
  each: (candidate: Candidate) => boolean,
): boolean => {
  const [matcher] = matchers
  // By far the most requests have one group, whose options are candidates as they are.
  if (matchers.length === 1 && matcher !== undefined && request.sameSubtrees.length === 0) {
    return (choices[0] ?? []).every(({ claims, providers }) =>
      each({ claims, mappings: [{ suffix: matcher.suffix, providers }] }),
    )
  }
  const picked: Option[] = []
  const pick = (level: number, claims: readonly Claim[]): boolean => {
    const matcher = matchers[level]
    if (matcher === undefined) {
      if (!request.sameSubtrees.every((suffixes) => isSubtree(index, suffixes, matchers, picked))) return true
      return each({
        claims,
        mappings: matchers.map(({ suffix }, at) => ({ suffix, providers: picked[at]?.providers ?? [] })),
      })
    }
    for (const option of choices[level] ?? []) {
      if (request.groupPolicy === 'isolate' && matcher.useSameProvider && isTaken(option, matchers, picked)) continue
      // Amounts only grow with each group, so what no longer fits here fits nowhere below.
      const sum = addClaims(claims, option.claims)
      if (sum === undefined) continue
      picked.push(option)
      if (!pick(level + 1, sum)) return false
      picked.pop()
    }
    return true
  }
  return pick(0, [])
}

const isTaken = (
  { providers: [provider] }: Option,
  matchers: readonly GroupMatcher[],
  picked: readonly Option[],
): boolean => picked.some((other, at) => matchers[at]?.useSameProvider === true && other.providers[0] === provider)

/** The claims of both, one a provider and class; undefined when a sum is over the provider's room or its max_unit. */
const addClaims = (claims: readonly Claim[], more: readonly Claim[]): readonly Claim[] | undefined => {
  if (claims.length === 0) return more
  const sum = [...claims]
  for (const claim of more) {
    const at = sum.findIndex(
      (other) => other.provider === claim.provider && other.resourceClass === claim.resourceClass,
    )
    const other = sum[at]
    if (other === undefined) {
      sum.push(claim)
      continue
    }
    const amount = other.amount + claim.amount
    const inventory = claim.provider.inventories.get(claim.resourceClass)
    if (inventory === undefined || inventory.used + amount > capacityOf(inventory) || amount > inventory.maxUnit) {
      return undefined
    }
    sum[at] = { ...claim, amount }
  }
  return sum
}

/** Whether one of the providers of these groups is the ancestor of all the others (or there is but one). */
const isSubtree = (
  index: ProviderIndex,
  suffixes: ReadonlySet<string>,
  matchers: readonly GroupMatcher[],
  picked: readonly Option[],
): boolean => {
  const isNamed = (at: number): boolean => suffixes.has(matchers[at]?.suffix ?? '')
  const providers = new Set(picked.flatMap((option, at) => (isNamed(at) ? option.providers : [])))
  return [...providers].some((top) => [...providers].every((provider) => isWithin(index, provider, top)))
}

const isWithin = (index: ProviderIndex, provider: Provider, top: Provider): boolean => {
  let at: Provider | undefined = provider
  while (at !== undefined && at !== top) at = at.parentUuid === undefined ? undefined : index.get(at.parentUuid)
  return at === top
}
