import type { Ctx } from '#platform/context.ts'
import type { Claim } from '#placement/allocations/rules.ts'
import type { Forest } from '#placement/resource-providers/operations/forest.ts'
import { capacityOf, type Provider } from '#placement/resource-providers/rules/provider-index.ts'
import { search } from './operations.ts'
import type { CandidateRequest } from './rules/request.ts'

/** A provider that has room by itself, with what it has and what of it is taken. */
export type ProviderCandidate = {
  readonly providerId: string
  readonly capacity: Readonly<Record<string, number>>
  readonly used: Readonly<Record<string, number>>
}

/** One way to satisfy a request: what to claim, and which provider satisfies which group. */
export type CandidateClaims = {
  readonly claims: readonly Claim[]
  readonly mappings: Readonly<Record<string, readonly string[]>>
  /** Root of the tree of the first provider used: the compute host, for a server. */
  readonly rootId: string
}

/** What other services may ask of candidates. */
export const createCandidatesDoor = (forest: Forest) => ({
  /**
   * Providers with room for all the resources and with all the traits, at most `limit`; with `memberOf`, of one of these aggregates.
   * @throws badRequest for a class or trait that does not exist
   */
  getCandidates: async (
    ctx: Ctx,
    wanted: {
      resources: Readonly<Record<string, number>>
      required: readonly string[]
      memberOf?: readonly string[]
      limit: number
    },
  ): Promise<ProviderCandidate[]> => {
    // A suffixed group: one provider has everything.
    const group = {
      useSameProvider: true,
      resources: new Map(Object.entries(wanted.resources).filter(([, amount]) => amount > 0)),
      requiredTraits: wanted.required.map((name) => new Set([name])),
      forbiddenTraits: new Set<string>(),
      memberOf: wanted.memberOf === undefined ? [] : [new Set(wanted.memberOf)],
      forbiddenAggregates: new Set<string>(),
      inTree: undefined,
    }
    const request = {
      groups: new Map([['_host', group]]),
      groupPolicy: undefined,
      limit: wanted.limit,
      rootRequired: new Set<string>(),
      rootForbidden: new Set<string>(),
      sameSubtrees: [],
    }
    const { requests } = search(await forest.view(ctx), request, true)
    return requests.flatMap(({ mappings }) => mappings.flatMap(({ providers }) => providers)).map(toCandidate)
  },

  /**
   * Every candidate of a request, or as many as its limit says.
   * @throws badRequest for a class or trait that does not exist
   */
  findCandidates: async (ctx: Ctx, request: CandidateRequest): Promise<CandidateClaims[]> => {
    const { requests } = search(await forest.view(ctx), request, true)
    return requests.map(({ claims, mappings }) => ({
      claims: claims.map(({ provider, ...rest }) => ({ provider: provider.uuid, ...rest })),
      mappings: Object.fromEntries(
        mappings.map(({ suffix, providers }) => [suffix, providers.map(({ uuid }) => uuid)]),
      ),
      rootId: claims[0]?.provider.rootUuid ?? '',
    }))
  },
})

const toCandidate = ({ uuid, inventories }: Provider): ProviderCandidate => ({
  providerId: uuid,
  capacity: Object.fromEntries([...inventories].map(([name, inventory]) => [name, capacityOf(inventory)])),
  used: Object.fromEntries([...inventories].map(([name, { used }]) => [name, used])),
})
