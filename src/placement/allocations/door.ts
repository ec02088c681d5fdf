import type { Ctx } from '#platform/context.ts'
import type { Forest } from '#placement/resource-providers/operations/forest.ts'
import { sumByClass } from '../usages/operations.ts'
import { createDraft } from './operations/draft.ts'
import { replaceAllocations } from './operations/replace.ts'
import { claim, deleteAllocations } from './operations/set.ts'
import { type Claim, ClaimError, type Wanted } from './rules.ts'
import * as store from './store.ts'

/** Who claims; `type` is `INSTANCE`, `MIGRATION`, … */
export type Claimant = {
  readonly consumerId: string
  readonly projectId: string
  readonly userId: string
  readonly type?: string
}

/** A claim of one provider. */
export type ProviderClaim = Claimant & {
  readonly providerId: string
  readonly resources: Readonly<Record<string, number>>
}

const wantedBy = (
  { consumerId, projectId, userId, type = 'INSTANCE' }: Claimant,
  claims: readonly Claim[],
): Wanted => ({
  consumer: consumerId,
  projectId,
  userId,
  type,
  generation: undefined,
  claims,
})

const toClaim = (row: store.AllocationRow): Claim => ({
  provider: row.provider_uuid,
  resourceClass: row.resource_class,
  amount: row.used,
})

/** What other services may do with allocations. Every call may be repeated. */
export const createAllocationsDoor = (forest: Forest) => ({
  /**
   * Takes the resources for a consumer, whole or not at all, in place of anything else it held.
   * @returns false where there is not enough left; a claim that is held already is kept
   * @throws badRequest (no such provider), ClaimError `unknown` (no such class)
   */
  claim: async (ctx: Ctx, { providerId, resources, ...claimant }: ProviderClaim): Promise<boolean> => {
    const claims = Object.entries(resources)
      .filter(([, amount]) => amount > 0)
      .map(([resourceClass, amount]) => ({ provider: providerId, resourceClass, amount }))
    const held = await store.listByConsumers(ctx, [claimant.consumerId])
    const isHeld = ({ provider, resourceClass, amount }: Claim): boolean =>
      held.some((row) => row.provider_uuid === provider && row.resource_class === resourceClass && row.used === amount)
    if (held.length === claims.length && claims.every(isHeld)) return true
    try {
      await claim(ctx, forest, [wantedBy(claimant, claims)])
      return true
    } catch (error) {
      if (error instanceof ClaimError && error.kind === 'invalid') return false
      throw error
    }
  },

  /**
   * Makes each consumer hold exactly what is said, all or nothing: a server that moves, several providers at once.
   * @throws ClaimError (`invalid`: there is not enough; `unknown`: no such class), badRequest (no such provider)
   */
  setAllocations: (ctx: Ctx, wanted: readonly { by: Claimant; claims: readonly Claim[] }[]): Promise<void> =>
    claim(
      ctx,
      forest,
      wanted.map(({ by, claims }) => wantedBy(by, claims)),
    ),

  /** Gives all that one consumer holds to another, which loses what it held; nothing to give is fine. */
  moveAllocations: (ctx: Ctx, fromId: string, to: Claimant): Promise<void> =>
    forest.change(ctx, async (tx, change) => {
      const held = await store.listByConsumers(tx, [fromId])
      if (held.length === 0) return
      const draft = createDraft(change)
      const from = wantedBy({ consumerId: fromId, projectId: '', userId: '' }, [])
      await replaceAllocations(tx, change, draft, [from, wantedBy(to, held.map(toClaim))])
      await draft.save(tx)
    }),

  /** Gives back everything a consumer holds; one that holds nothing is fine. */
  release: async (ctx: Ctx, consumerId: string): Promise<void> => {
    const held = await store.listByConsumers(ctx, [consumerId])
    if (held.length > 0) await deleteAllocations(ctx, forest, consumerId)
  },

  /** What a consumer holds. */
  listAllocations: async (ctx: Ctx, consumerId: string): Promise<Claim[]> =>
    (await store.listByConsumers(ctx, [consumerId])).map(toClaim),

  /** Consumers that hold something of a provider. */
  listConsumers: async (ctx: Ctx, providerId: string): Promise<string[]> => [
    ...new Set((await store.listByProvider(ctx, providerId)).map((row) => row.consumer_uuid)),
  ],

  /** Every consumer with each provider it holds something of. */
  listHolders: async (ctx: Ctx): Promise<{ consumerId: string; providerId: string }[]> =>
    (await store.listHolders(ctx)).map((row) => ({ consumerId: row.consumer_uuid, providerId: row.provider_uuid })),

  /** What a project, or one user of it, uses of each class. */
  sumUsages: (ctx: Ctx, projectId: string, userId?: string): Promise<Record<string, number>> =>
    sumByClass(ctx, projectId, userId),
})
