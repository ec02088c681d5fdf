import type { Ctx } from '#platform/context.ts'
import type { Inventory, Provider } from '../rules/provider-index.ts'
import type { Change } from '../operations/forest.ts'
import { inserter, run, updater } from '#platform/db/statements.ts'
import type { InventoryRow, ProviderRow } from './tables.ts'

const insertProviders = inserter<ProviderRow>('placement_providers', [
  'uuid',
  'name',
  'generation',
  'parent_uuid',
  'root_uuid',
  'created_at',
  'updated_at',
  'changed',
])
const insertInventories = inserter<InventoryRow>('placement_inventories', [
  'provider_uuid',
  'resource_class',
  'total',
  'reserved',
  'min_unit',
  'max_unit',
  'step_size',
  'allocation_ratio',
  'used',
  'updated_at',
])
const updateProvider = updater<Omit<ProviderRow, 'uuid' | 'created_at'>>(
  'placement_providers',
  ['name', 'generation', 'parent_uuid', 'root_uuid', 'updated_at', 'changed'],
  'uuid = ?',
)
const updateInventory = updater<Omit<InventoryRow, 'provider_uuid' | 'resource_class'>>(
  'placement_inventories',
  ['total', 'reserved', 'min_unit', 'max_unit', 'step_size', 'allocation_ratio', 'used', 'updated_at'],
  'provider_uuid = ? and resource_class = ?',
)
/** All that a claim changes: one statement for the classes of a provider, by their number. */
const usedTexts: string[] = []
const updateUsed = async (tx: Ctx, uuid: string, changed: readonly (readonly [string, number])[]): Promise<void> => {
  if (changed.length === 0) return
  const cases = () => changed.map(() => 'when ? then ?').join(' ')
  const text = (usedTexts[changed.length] ??=
    `update placement_inventories set used = case resource_class ${cases()} else used end ` +
    `where provider_uuid = ? and resource_class in (${changed.map(() => '?').join(', ')})`)
  await run(tx.db.write, text, [...changed.flat(), uuid, ...changed.map(([resourceClass]) => resourceClass)])
}
const insertTraits = inserter<{ provider_uuid: string; trait: string }>('placement_provider_traits', [
  'provider_uuid',
  'trait',
])
const insertAggregates = inserter<{ provider_uuid: string; aggregate_uuid: string }>('placement_provider_aggregates', [
  'provider_uuid',
  'aggregate_uuid',
])

/** Writes what differs between the two; `before` is undefined for a new provider. */
export const saveProvider = async (
  tx: Ctx,
  change: Change,
  before: Provider | undefined,
  after: Provider,
): Promise<void> => {
  const row = {
    name: after.name,
    generation: after.generation,
    parent_uuid: after.parentUuid ?? null,
    root_uuid: after.rootUuid,
    updated_at: after.updatedAt,
    changed: change.seq,
  }
  if (before === undefined) {
    await insertProviders(tx.db.write, [{ uuid: after.uuid, created_at: tx.now, ...row }])
  } else await updateProvider(tx.db.write, row, after.uuid)
  await saveInventories(tx, before, after)
  await saveTraits(tx, before, after)
  await saveAggregates(tx, before, after)
  change.put(after)
}

/** Deletes the provider and what belongs to it; the caller has made sure that nobody uses it. */
export const deleteProvider = async (tx: Ctx, change: Change, { uuid }: Provider): Promise<void> => {
  await tx.db.write.deleteFrom('placement_inventories').where('provider_uuid', '=', uuid).execute()
  await tx.db.write.deleteFrom('placement_provider_traits').where('provider_uuid', '=', uuid).execute()
  await tx.db.write.deleteFrom('placement_provider_aggregates').where('provider_uuid', '=', uuid).execute()
  await tx.db.write.deleteFrom('placement_providers').where('uuid', '=', uuid).execute()
  change.remove(uuid)
}

const toRow = (uuid: string, resourceClass: string, inventory: Inventory): InventoryRow => ({
  provider_uuid: uuid,
  resource_class: resourceClass,
  total: inventory.total,
  reserved: inventory.reserved,
  min_unit: inventory.minUnit,
  max_unit: inventory.maxUnit,
  step_size: inventory.stepSize,
  allocation_ratio: inventory.allocationRatio,
  used: inventory.used,
  updated_at: inventory.updatedAt,
})

const saveInventories = async (tx: Ctx, before: Provider | undefined, after: Provider): Promise<void> => {
  if (before?.inventories === after.inventories) return
  const gone = [...(before?.inventories.keys() ?? [])].filter((name) => !after.inventories.has(name))
  if (gone.length > 0) {
    await tx.db.write
      .deleteFrom('placement_inventories')
      .where('provider_uuid', '=', after.uuid)
      .where('resource_class', 'in', gone)
      .execute()
  }
  const fresh: InventoryRow[] = []
  const used: [string, number][] = []
  for (const [name, inventory] of after.inventories) {
    const old = before?.inventories.get(name)
    if (old === inventory) continue
    if (old === undefined) fresh.push(toRow(after.uuid, name, inventory))
    else if (isAsBefore(old, inventory)) used.push([name, inventory.used])
    else await updateInventory(tx.db.write, toRow(after.uuid, name, inventory), after.uuid, name)
  }
  await updateUsed(tx, after.uuid, used)
  await insertInventories(tx.db.write, fresh)
}

/** Whether nothing but what is used of it has changed. */
const isAsBefore = (old: Inventory, inventory: Inventory): boolean =>
  old.total === inventory.total &&
  old.reserved === inventory.reserved &&
  old.minUnit === inventory.minUnit &&
  old.maxUnit === inventory.maxUnit &&
  old.stepSize === inventory.stepSize &&
  old.allocationRatio === inventory.allocationRatio &&
  old.updatedAt === inventory.updatedAt

const missingFrom = (names: ReadonlySet<string> | undefined, others: ReadonlySet<string>): string[] =>
  [...(names ?? [])].filter((name) => !others.has(name))

const NONE: ReadonlySet<string> = new Set()

const saveTraits = async (tx: Ctx, before: Provider | undefined, after: Provider): Promise<void> => {
  if (before?.traits === after.traits) return
  const gone = missingFrom(before?.traits, after.traits)
  const fresh = missingFrom(after.traits, before?.traits ?? NONE)
  if (gone.length > 0) {
    await tx.db.write
      .deleteFrom('placement_provider_traits')
      .where('provider_uuid', '=', after.uuid)
      .where('trait', 'in', gone)
      .execute()
  }
  if (fresh.length > 0) {
    const rows = fresh.map((trait) => ({ provider_uuid: after.uuid, trait }))
    await insertTraits(tx.db.write, rows)
  }
}

const saveAggregates = async (tx: Ctx, before: Provider | undefined, after: Provider): Promise<void> => {
  if (before?.aggregates === after.aggregates) return
  const gone = missingFrom(before?.aggregates, after.aggregates)
  const fresh = missingFrom(after.aggregates, before?.aggregates ?? NONE)
  if (gone.length > 0) {
    await tx.db.write
      .deleteFrom('placement_provider_aggregates')
      .where('provider_uuid', '=', after.uuid)
      .where('aggregate_uuid', 'in', gone)
      .execute()
  }
  if (fresh.length > 0) {
    const rows = fresh.map((aggregate) => ({ provider_uuid: after.uuid, aggregate_uuid: aggregate }))
    await insertAggregates(tx.db.write, rows)
  }
}
