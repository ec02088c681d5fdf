import type { Ctx } from '#platform/context.ts'
import { badRequest, type CloudError, conflict, notFound } from '#platform/errors.ts'
import { findProvider } from '#placement/resource-providers/operations/list.ts'
import type { Inventory, Provider } from '#placement/resource-providers/rules/provider-index.ts'
import type { Forest, Names } from '#placement/resource-providers/operations/forest.ts'
import { saveProvider } from '#placement/resource-providers/store/write.ts'
import { STANDARD_RESOURCE_CLASSES } from '#placement/resource-classes/rules.ts'
import { CONCURRENT_UPDATE, INVENTORY_IN_USE } from '../errors.ts'
import { capacityProblem, toInventory } from './rules.ts'
import type { CreateInventory, InventoryFields, SetInventories, UpdateInventory } from './schemas.ts'

/** @throws notFound */
export const listInventories = async (ctx: Ctx, forest: Forest, uuid: string): Promise<Provider> => {
  const provider = (await forest.view(ctx)).index.get(uuid)
  if (provider !== undefined) return provider
  throw notFound(`No resource provider with uuid ${uuid} found : No resource provider with uuid ${uuid} found`)
}

/** @throws notFound */
export const getInventory = async (
  ctx: Ctx,
  forest: Forest,
  uuid: string,
  resourceClass: string,
): Promise<{ provider: Provider; inventory: Inventory }> => {
  const provider = await listInventories(ctx, forest, uuid)
  const inventory = provider.inventories.get(resourceClass)
  if (inventory === undefined) throw notFound(`No inventory of class ${resourceClass} for ${uuid}`)
  return { provider, inventory }
}

const withInventories = (provider: Provider, inventories: Provider['inventories'], now: number): Provider => ({
  ...provider,
  inventories,
  generation: provider.generation + 1,
  updatedAt: now,
})

/**
 * Adds an inventory of a class the provider has none of.
 * @throws notFound, badRequest (class, capacity), conflict (it has one)
 */
export const createInventory = (
  ctx: Ctx,
  forest: Forest,
  uuid: string,
  { resource_class: name, ...fields }: CreateInventory,
): Promise<{ provider: Provider; inventory: Inventory }> =>
  forest.change(ctx, async (tx, change) => {
    const provider = findProvider(change, uuid)
    const refuse = (reason: string): CloudError =>
      badRequest(`Unable to create inventory for resource provider ${uuid}: ${reason}`)
    const inventory = toInventory(fields, 0, tx.now)
    const problem = capacityProblem(name, uuid, inventory, ctx.version)
    if (problem !== undefined) throw refuse(problem)
    if (!change.classes.has(name)) throw refuse(`No such resource class ${name}.`)
    if (provider.inventories.has(name)) {
      throw conflict(`Update conflict: there is an inventory of ${name} already`, { code: CONCURRENT_UPDATE })
    }
    const after = withInventories(provider, new Map([...provider.inventories, [name, inventory]]), tx.now)
    await saveProvider(tx, change, provider, after)
    return { provider: after, inventory }
  })

/**
 * Changes one inventory; what is left out goes back to its default.
 * @throws notFound, conflict (generation), badRequest (class, capacity)
 */
export const updateInventory = (
  ctx: Ctx,
  forest: Forest,
  uuid: string,
  name: string,
  { resource_provider_generation: generation, ...fields }: UpdateInventory,
): Promise<{ provider: Provider; inventory: Inventory }> =>
  forest.change(ctx, async (tx, change) => {
    const provider = findProvider(change, uuid)
    checkGeneration(provider, generation)
    const old = provider.inventories.get(name)
    const inventory = toInventory(fields, old?.used ?? 0, tx.now)
    const problem = capacityProblem(name, uuid, inventory, ctx.version)
    if (problem !== undefined) throw badRequest(`Unable to update inventory for resource provider ${uuid}: ${problem}`)
    if (!change.classes.has(name)) throw notFound(`No such resource class ${name}.`)
    if (old === undefined) {
      throw badRequest(
        `No inventory record with resource class for resource provider ${uuid}: No inventory of class ${name} found.`,
      )
    }
    const after = withInventories(provider, new Map([...provider.inventories, [name, inventory]]), tx.now)
    await saveProvider(tx, change, provider, after)
    return { provider: after, inventory }
  })

/**
 * Replaces all inventories of a provider.
 * @throws notFound, conflict (generation, or a class that would go is in use), badRequest (class, capacity)
 */
export const setInventories = (ctx: Ctx, forest: Forest, uuid: string, body: SetInventories): Promise<Provider> =>
  forest.change(ctx, async (tx, change) => {
    const provider = findProvider(change, uuid)
    checkGeneration(provider, body.resource_provider_generation)
    const inventories = mergeInventories(provider, body.inventories, change.classes, tx.now)
    for (const [name, inventory] of inventories) {
      const problem = capacityProblem(name, uuid, inventory, ctx.version)
      if (problem === undefined) continue
      throw badRequest(`Unable to update inventory for resource provider ${uuid}: ${problem}`)
    }
    const inUse = classesInUse(provider, inventories)
    if (inUse.length > 0) throw conflict(`update conflict: ${inUseText(inUse, uuid)}`, { code: INVENTORY_IN_USE })
    const after = withInventories(provider, inventories, tx.now)
    await saveProvider(tx, change, provider, after)
    return after
  })

/**
 * The inventories a caller gives, with what is used of them carried over.
 * @throws badRequest for a class that does not exist
 */
export const mergeInventories = (
  provider: Provider,
  given: Readonly<Record<string, InventoryFields>>,
  classes: Names,
  now: number,
): Map<string, Inventory> => {
  const inventories = new Map<string, Inventory>()
  for (const [name, fields] of Object.entries(given)) {
    if (!classes.has(name)) {
      throw badRequest(
        `Unknown resource class in inventory for resource provider ${provider.uuid}: No such resource class ${name}.`,
      )
    }
    inventories.set(name, toInventory(fields, provider.inventories.get(name)?.used ?? 0, now))
  }
  return inventories
}

/** Classes that would go although consumers hold some of them. */
export const classesInUse = (provider: Provider, after: Provider['inventories']): string[] =>
  [...provider.inventories].filter(([name, { used }]) => used > 0 && !after.has(name)).map(([name]) => name)

export const inUseText = (names: readonly string[], uuid: string): string =>
  `Inventory for '${[...names].sort((a, b) => rankOf(a) - rankOf(b)).join(', ')}' on resource provider '${uuid}' in use.`

/** The order in which classes came into being. */
const rankOf = (name: string): number => {
  const rank = STANDARD_RESOURCE_CLASSES.indexOf(name)
  return rank === -1 ? STANDARD_RESOURCE_CLASSES.length : rank
}

const checkGeneration = (provider: Provider, generation: number): void => {
  if (generation === provider.generation) return
  throw conflict('resource provider generation conflict', { code: CONCURRENT_UPDATE })
}

/**
 * Deletes all inventories of a provider.
 * @throws notFound, conflict (in use)
 */
export const deleteInventories = (ctx: Ctx, forest: Forest, uuid: string): Promise<void> =>
  forest.change(ctx, async (tx, change) => {
    const provider = findProvider(change, uuid)
    const inUse = classesInUse(provider, new Map())
    if (inUse.length > 0) throw conflict(inUseText(inUse, uuid), { code: INVENTORY_IN_USE })
    await saveProvider(tx, change, provider, withInventories(provider, new Map(), tx.now))
  })

/**
 * Deletes one inventory.
 * @throws notFound, conflict (in use)
 */
export const deleteInventory = (ctx: Ctx, forest: Forest, uuid: string, name: string): Promise<void> =>
  forest.change(ctx, async (tx, change) => {
    const provider = findProvider(change, uuid)
    const missing = (reason: string): CloudError =>
      notFound(`No inventory of class ${name} found for delete: ${reason}`)
    if (!change.classes.has(name)) throw missing(`No such resource class ${name}.`)
    const inventory = provider.inventories.get(name)
    if (inventory === undefined) throw missing(`No inventory of class ${name} found for delete`)
    if (inventory.used > 0) {
      const reason = inUseText([name], uuid)
      throw conflict(`Unable to delete inventory of class ${name}: ${reason}`, { code: CONCURRENT_UPDATE })
    }
    const rest = new Map([...provider.inventories].filter(([other]) => other !== name))
    await saveProvider(tx, change, provider, withInventories(provider, rest, tx.now))
  })
