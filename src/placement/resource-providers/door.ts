import type { Ctx } from '#platform/context.ts'
import { conflict } from '#platform/errors.ts'
import { classesInUse, inUseText } from '#placement/inventories/operations.ts'
import { withTraits } from '#placement/traits/operations/of-provider.ts'
import { insertTraits } from '#placement/traits/store.ts'
import { INVENTORY_IN_USE } from '../errors.ts'
import { createProvider, deleteProvider } from './operations/change.ts'
import type { Forest } from './operations/forest.ts'
import { findProvider } from './operations/list.ts'
import type { Inventory, Provider } from './rules/provider-index.ts'
import { saveProvider } from './store/write.ts'

/** Inventory as another service gives it: placement itself keeps count of what is used. */
export type GivenInventory = Omit<Inventory, 'used' | 'updatedAt'>

/** A provider as it is to be, whatever it was. */
export type WantedProvider = {
  readonly id: string
  readonly name: string
  readonly parentId?: string
  /** By resource class; no others remain. */
  readonly inventories: Readonly<Record<string, GivenInventory>>
  /** No others remain; custom traits come into being with their first use. */
  readonly traits: readonly string[]
}

/** What other services may do with providers. Every call is idempotent, and writes nothing where nothing differs. */
export const createProvidersDoor = (forest: Forest) => ({
  /** The provider as it stands, or undefined. */
  getProvider: async (ctx: Ctx, id: string): Promise<Provider | undefined> => (await forest.view(ctx)).index.get(id),

  /**
   * Makes sure that the provider is as wanted.
   * @throws conflict (the name belongs to another, a class that would go is in use), badRequest (no such parent or class)
   */
  ensureProvider: async (ctx: Ctx, wanted: WantedProvider): Promise<void> => {
    const { id, name, parentId } = wanted
    const known = (await forest.view(ctx)).index.get(id)
    if (known === undefined) {
      await createProvider(ctx, forest, { uuid: id, name, parent_provider_uuid: parentId ?? null })
    } else if (shape(known, wanted, ctx.now) === known) return
    await forest.change(ctx, async (tx, change) => {
      const before = findProvider(change, id)
      const after = shape(before, wanted, tx.now)
      if (after === before) return
      const inUse = classesInUse(before, after.inventories)
      if (inUse.length > 0) throw conflict(inUseText(inUse, id), { code: INVENTORY_IN_USE })
      const fresh = [...after.traits].filter((trait) => !change.traits.has(trait))
      if (fresh.length > 0) {
        await insertTraits(tx, fresh)
        change.reload()
      }
      await saveProvider(tx, change, before, { ...after, generation: before.generation + 1, updatedAt: tx.now })
    })
  },

  /**
   * Puts a provider in some aggregates and takes it out of others; the rest stays.
   * @throws notFound
   */
  changeAggregates: async (
    ctx: Ctx,
    id: string,
    { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
  ): Promise<void> => {
    const isDone = ({ aggregates }: Provider): boolean =>
      add.every((each) => aggregates.has(each)) && !remove.some((each) => aggregates.has(each))
    if (isDone(findProvider(await forest.view(ctx), id))) return
    await forest.change(ctx, async (tx, change) => {
      const before = findProvider(change, id)
      if (isDone(before)) return
      const aggregates = new Set([...before.aggregates, ...add].filter((each) => !remove.includes(each)))
      const generation = before.generation + 1
      await saveProvider(tx, change, before, { ...before, aggregates, generation, updatedAt: tx.now })
    })
  },

  /**
   * Deletes a provider; one that is not there is fine.
   * @throws conflict (it has children or allocations)
   */
  deleteProvider: async (ctx: Ctx, id: string): Promise<void> => {
    if ((await forest.view(ctx)).index.get(id) !== undefined) await deleteProvider(ctx, forest, id)
  },
})

/** The provider as wanted, or the same object where it is so already. */
const shape = (provider: Provider, { name, inventories, traits }: WantedProvider, now: number): Provider => {
  const wanted = new Map(
    Object.entries(inventories).map(([resourceClass, given]) => {
      const used = provider.inventories.get(resourceClass)?.used ?? 0
      return [resourceClass, { ...given, used, updatedAt: now }]
    }),
  )
  const shaped = withTraits(provider, new Set(traits), now)
  const isSame = shaped === provider && name === provider.name && isSameInventory(provider.inventories, wanted)
  return isSame ? provider : { ...shaped, name, inventories: wanted }
}

const isSameInventory = (a: ReadonlyMap<string, Inventory>, b: ReadonlyMap<string, Inventory>): boolean =>
  a.size === b.size &&
  [...a].every(([name, one]) => {
    const other = b.get(name)
    return (
      other !== undefined &&
      one.total === other.total &&
      one.reserved === other.reserved &&
      one.minUnit === other.minUnit &&
      one.maxUnit === other.maxUnit &&
      one.stepSize === other.stepSize &&
      one.allocationRatio === other.allocationRatio
    )
  })
