// The door of placement: what the rest of the program may use of it. Everything else here is private to this folder.
import type { Service } from '#platform/http/service.ts'
import { aggregateRules } from './aggregates/policy.ts'
import { aggregateRoutes } from './aggregates/routes.ts'
import { createCandidatesDoor } from './allocation-candidates/door.ts'
import { candidateRules } from './allocation-candidates/policy.ts'
import { candidateRoutes } from './allocation-candidates/routes.ts'
import { allocationRules } from './allocations/policy.ts'
import { allocationRoutes } from './allocations/routes.ts'
import { answersJson } from './answer.ts'
import { createAllocationsDoor } from './allocations/door.ts'
import { placementWire } from './errors.ts'
import { inventoryRules } from './inventories/policy.ts'
import { inventoryRoutes } from './inventories/routes.ts'
import { placementMigrations } from './migrations/index.ts'
import { baseRules } from './policy.ts'
import { reshaperRules } from './reshaper/policy.ts'
import { reshaperRoutes } from './reshaper/routes.ts'
import { resourceClassRules } from './resource-classes/policy.ts'
import { resourceClassRoutes } from './resource-classes/routes.ts'
import { createProvidersDoor } from './resource-providers/door.ts'
import { providerRules } from './resource-providers/policy.ts'
import { providerRoutes } from './resource-providers/routes.ts'
import { Forest } from './resource-providers/operations/forest.ts'
import { rootRoutes } from './routes.ts'
import { traitRules } from './traits/policy.ts'
import { traitRoutes } from './traits/routes.ts'
import { usageRules } from './usages/policy.ts'
import { usageRoutes } from './usages/routes.ts'
import { placementVersions } from './versions.ts'

export type { CandidateClaims, ProviderCandidate } from './allocation-candidates/door.ts'
export type { CandidateRequest, RequestGroup } from './allocation-candidates/rules/request.ts'
export type { Claimant, ProviderClaim } from './allocations/door.ts'
export { type Claim, ClaimError } from './allocations/rules.ts'
export type { GivenInventory, WantedProvider } from './resource-providers/door.ts'

/** What other services may do with placement. None of it asks a policy: the caller already has. */
export type PlacementDoor = ReturnType<typeof createProvidersDoor> &
  ReturnType<typeof createAllocationsDoor> &
  ReturnType<typeof createCandidatesDoor>

/** Placement as the composition root sees it. */
export type Placement = { readonly service: Service; readonly door: PlacementDoor }

/** Makes the placement service. */
export function createPlacement(): Placement {
  const forest = new Forest()
  return {
    service: {
      api: {
        type: 'placement',
        name: 'placement',
        port: 8778,
        catalogPath: '',
        wire: placementWire,
        microversions: placementVersions,
        strictPaths: true,
        routes: [
          ...rootRoutes,
          ...providerRoutes(forest),
          ...inventoryRoutes(forest),
          ...aggregateRoutes(forest),
          ...usageRoutes(forest),
          ...traitRoutes(forest),
          ...resourceClassRoutes(forest),
          ...allocationRoutes(forest),
          ...candidateRoutes(forest),
          ...reshaperRoutes(forest),
        ].map(answersJson),
      },
      rules: [
        ...baseRules,
        ...providerRules,
        ...inventoryRules,
        ...aggregateRules,
        ...usageRules,
        ...traitRules,
        ...resourceClassRules,
        ...allocationRules,
        ...candidateRules,
        ...reshaperRules,
      ],
      migrations: placementMigrations,
      sagas: [],
      reconcilers: [],
    },
    door: { ...createProvidersDoor(forest), ...createAllocationsDoor(forest), ...createCandidatesDoor(forest) },
  }
}
