import { capacityOf, type Provider } from '#placement/resource-providers/rules/provider-index.ts'
import type { Candidate } from './rules/combine.ts'
import type { CandidateRequest } from './rules/request.ts'
import type { Candidates } from './rules/search.ts'

/** The versions that changed what candidates look like. */
const BY_PROVIDER = 12
const TRAITS = 17
const ALL_CLASSES = 27
const TREES = 29
const MAPPINGS = 34

/** Candidates as the version writes them: allocation requests can be sent to PUT /allocations as they are. */
export const viewCandidates = ({ requests, summaries }: Candidates, request: CandidateRequest, version: number) => {
  const asked = new Set([...request.groups.values()].flatMap(({ resources }) => [...resources.keys()]))
  const summariesByUuid: Record<string, unknown> = {}
  for (const provider of summaries) {
    summariesByUuid[provider.uuid] = viewSummary(provider, version, version >= ALL_CLASSES ? undefined : asked)
  }
  const view = version >= BY_PROVIDER ? viewRequest : viewListedRequest
  return {
    allocation_requests: requests.map((candidate) => view(candidate, version)),
    provider_summaries: summariesByUuid,
  }
}

const resourcesByProvider = ({ claims }: Candidate): Record<string, { resources: Record<string, number> }> => {
  const byProvider: Record<string, { resources: Record<string, number> }> = {}
  for (const { provider, resourceClass, amount } of claims) {
    const entry = (byProvider[provider.uuid] ??= { resources: {} })
    entry.resources[resourceClass] = amount
  }
  return byProvider
}

const viewRequest = (candidate: Candidate, version: number) => {
  const allocations = resourcesByProvider(candidate)
  if (version < MAPPINGS) return { allocations }
  const mappings: Record<string, string[]> = {}
  for (const { suffix, providers } of candidate.mappings) mappings[suffix] = providers.map(({ uuid }) => uuid)
  return { allocations, mappings }
}

const viewListedRequest = (candidate: Candidate) => ({
  allocations: Object.entries(resourcesByProvider(candidate)).map(([uuid, { resources }]) => ({
    resource_provider: { uuid },
    resources,
  })),
})

const viewSummary = (provider: Provider, version: number, only: ReadonlySet<string> | undefined) => {
  const resources: Record<string, { capacity: number; used: number }> = {}
  for (const [name, inventory] of provider.inventories) {
    if (only === undefined || only.has(name)) {
      resources[name] = { capacity: capacityOf(inventory), used: inventory.used }
    }
  }
  if (version < TRAITS) return { resources }
  const traits = [...provider.traits]
  if (version < TREES) return { resources, traits }
  return {
    resources,
    traits,
    parent_provider_uuid: provider.parentUuid ?? null,
    root_provider_uuid: provider.rootUuid,
  }
}
