import type { Ctx } from '#platform/context.ts'
import { badRequest, conflict } from '#platform/errors.ts'
import { classesInUse, inUseText } from '#placement/inventories/operations.ts'
import { toInventory } from '#placement/inventories/rules.ts'
import type { Inventory, Provider } from '#placement/resource-providers/rules/provider-index.ts'
import type { Change, Forest } from '#placement/resource-providers/operations/forest.ts'
import { createDraft, type ProviderDraft } from '../allocations/operations/draft.ts'
import { replaceAllocations } from '../allocations/operations/replace.ts'
import { ClaimError, wantedOfMany } from '../allocations/rules.ts'
import { CONCURRENT_UPDATE, INVENTORY_IN_USE, PROVIDER_NOT_FOUND } from '../errors.ts'
import type { Reshape } from './schemas.ts'

/**
 * Replaces inventories of providers and allocations of consumers in one step, as when a class moves from a parent to a
 * new child: inventories grow first, allocations move, and what nobody uses any longer goes.
 * @throws badRequest (no such provider or class), conflict (generation, inventory in use, capacity)
 */
export const reshape = async (ctx: Ctx, forest: Forest, body: Reshape): Promise<void> => {
  try {
    await forest.change(ctx, async (tx, change) => {
      const draft = createDraft(change)
      const wanted = readInventories(change, body, tx.now)
      for (const [uuid, inventories] of wanted) grow(draft, uuid, inventories, tx.now)
      await replaceAllocations(tx, change, draft, wantedOfMany(body.allocations, ctx.version))
      for (const [uuid, inventories] of wanted) settle(draft, uuid, inventories, tx.now)
      await draft.save(tx)
    })
  } catch (error) {
    if (!(error instanceof ClaimError)) throw error
    if (error.kind === 'unknown') throw badRequest(`malformed reshaper data: ${error.message}`)
    throw conflict(`Unable to allocate inventory: ${error.message}`)
  }
}

const readInventories = (
  change: Change,
  { inventories }: Reshape,
  now: number,
): Map<string, Map<string, Inventory>> => {
  const wanted = new Map<string, Map<string, Inventory>>()
  for (const [uuid, given] of Object.entries(inventories)) {
    const provider = change.index.get(uuid)
    if (provider === undefined) {
      throw badRequest(
        `Resource provider ${uuid} in inventories not found: No resource provider with uuid ${uuid} found`,
        { code: PROVIDER_NOT_FOUND },
      )
    }
    if (given.resource_provider_generation !== provider.generation) {
      throw conflict(
        `resource provider generation conflict for provider ${uuid}: actual: ${provider.generation}, ` +
          `given: ${given.resource_provider_generation}`,
        { code: CONCURRENT_UPDATE },
      )
    }
    const unknown = Object.keys(given.inventories).find((name) => !change.classes.has(name))
    if (unknown !== undefined) throw new ClaimError('unknown', `No such resource class ${unknown}.`)
    wanted.set(
      uuid,
      new Map(Object.entries(given.inventories).map(([name, fields]) => [name, toInventory(fields, 0, now)])),
    )
  }
  return wanted
}

/** The new inventories beside those that are to go. */
const grow = (draft: ProviderDraft, uuid: string, inventories: ReadonlyMap<string, Inventory>, now: number): void => {
  const provider = draft.get(uuid)
  if (provider === undefined || inventories.size === 0) return
  draft.put(moved(provider, new Map([...provider.inventories, ...withUsage(provider, inventories)]), now))
}

const settle = (draft: ProviderDraft, uuid: string, inventories: ReadonlyMap<string, Inventory>, now: number): void => {
  const provider = draft.get(uuid)
  if (provider === undefined) return
  const after = withUsage(provider, inventories)
  const inUse = classesInUse(provider, after)
  if (inUse.length > 0) throw conflict(`update conflict: ${inUseText(inUse, uuid)}`, { code: INVENTORY_IN_USE })
  draft.put(moved(provider, after, now))
}

const withUsage = (provider: Provider, inventories: ReadonlyMap<string, Inventory>): Map<string, Inventory> =>
  new Map([...inventories].map(([name, each]) => [name, { ...each, used: provider.inventories.get(name)?.used ?? 0 }]))

const moved = (provider: Provider, inventories: Provider['inventories'], now: number): Provider => ({
  ...provider,
  inventories,
  generation: provider.generation + 1,
  updatedAt: now,
})
