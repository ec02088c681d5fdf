/** The one row that orders all changes: `seq` counts them, `names` is the last that touched traits or classes. */
export type ClockRow = {
  id: number
  seq: number
  names: number
  /** Tombstones up to this one have been removed: who knows less must read everything. */
  forgotten: number
}

export type ProviderRow = {
  uuid: string
  name: string
  generation: number
  parent_uuid: string | null
  root_uuid: string
  created_at: number
  updated_at: number
  /** The change that last touched the provider or what belongs to it. */
  changed: number
}

export type InventoryRow = {
  provider_uuid: string
  resource_class: string
  total: number
  reserved: number
  min_unit: number
  max_unit: number
  step_size: number
  allocation_ratio: number
  /** Sum of the allocations of this class. */
  used: number
  updated_at: number
}

/** A custom trait or resource class; the standard ones are not stored. */
export type NameRow = { name: string; created_at: number }

declare module '#platform/db/tables.ts' {
  interface Tables {
    placement_clock: ClockRow
    placement_providers: ProviderRow
    placement_tombstones: { uuid: string; changed: number }
    placement_inventories: InventoryRow
    placement_provider_traits: { provider_uuid: string; trait: string }
    placement_provider_aggregates: { provider_uuid: string; aggregate_uuid: string }
    placement_traits: NameRow
    placement_resource_classes: NameRow
  }
}
