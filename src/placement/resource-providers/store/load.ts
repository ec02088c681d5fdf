import type { Ctx } from '#platform/context.ts'
import type { Inventory, Provider } from '../rules/provider-index.ts'
import type { InventoryRow } from './tables.ts'

// What a provider is made of lies in four tables; all are read by the change that last touched the provider.

/** The providers that changed after `since`, in the order they were created. */
export const loadProviders = async (ctx: Ctx, since: number): Promise<Provider[]> => {
  const rows = await ctx.db.read
    .selectFrom('placement_providers')
    .selectAll()
    .where('changed', '>', since)
    .orderBy('created_at')
    .orderBy('uuid')
    .execute()
  if (rows.length === 0) return []
  // A long list of parameters costs more than reading a little too much.
  const only = since === 0 || rows.length > 500 ? undefined : rows.map(({ uuid }) => uuid)
  const inventories = groupBy(await loadInventories(ctx, only), ({ provider_uuid }) => provider_uuid)
  const traits = groupBy(await loadTraits(ctx, only), ({ provider_uuid }) => provider_uuid)
  const aggregates = groupBy(await loadAggregates(ctx, only), ({ provider_uuid }) => provider_uuid)
  return rows.map((row) => ({
    uuid: row.uuid,
    name: row.name,
    generation: row.generation,
    updatedAt: row.updated_at,
    parentUuid: row.parent_uuid ?? undefined,
    rootUuid: row.root_uuid,
    inventories: new Map((inventories.get(row.uuid) ?? []).map((each) => [each.resource_class, toInventory(each)])),
    traits: new Set((traits.get(row.uuid) ?? []).map(({ trait }) => trait)),
    aggregates: new Set((aggregates.get(row.uuid) ?? []).map(({ aggregate_uuid }) => aggregate_uuid)),
  }))
}

const toInventory = (row: InventoryRow): Inventory => ({
  total: row.total,
  reserved: row.reserved,
  minUnit: row.min_unit,
  maxUnit: row.max_unit,
  stepSize: row.step_size,
  allocationRatio: row.allocation_ratio,
  used: row.used,
  updatedAt: row.updated_at,
})

const loadInventories = (ctx: Ctx, only: readonly string[] | undefined) => {
  const query = ctx.db.read.selectFrom('placement_inventories').selectAll()
  return (only === undefined ? query : query.where('provider_uuid', 'in', only)).execute()
}

const loadTraits = (ctx: Ctx, only: readonly string[] | undefined) => {
  const query = ctx.db.read.selectFrom('placement_provider_traits').selectAll().orderBy('trait')
  return (only === undefined ? query : query.where('provider_uuid', 'in', only)).execute()
}

const loadAggregates = (ctx: Ctx, only: readonly string[] | undefined) => {
  const query = ctx.db.read.selectFrom('placement_provider_aggregates').selectAll()
  return (only === undefined ? query : query.where('provider_uuid', 'in', only)).execute()
}

const groupBy = <T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const group = groups.get(keyOf(row))
    if (group === undefined) groups.set(keyOf(row), [row])
    else group.push(row)
  }
  return groups
}

/** Uuids of the providers deleted after `since`. */
export const loadRemoved = async (ctx: Ctx, since: number): Promise<string[]> => {
  const query = ctx.db.read.selectFrom('placement_tombstones').select('uuid').where('changed', '>', since)
  return (await query.execute()).map(({ uuid }) => uuid)
}

/** The custom traits and resource classes, and when they were made. */
export const loadNames = async (ctx: Ctx): Promise<{ traits: Map<string, number>; classes: Map<string, number> }> => {
  const read = async (table: 'placement_traits' | 'placement_resource_classes') => {
    const rows = await ctx.db.read.selectFrom(table).selectAll().orderBy('created_at').orderBy('name').execute()
    return new Map(rows.map(({ name, created_at }) => [name, created_at]))
  }
  return { traits: await read('placement_traits'), classes: await read('placement_resource_classes') }
}
