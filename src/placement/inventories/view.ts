import type { Inventory, Provider } from '#placement/resource-providers/rules/provider-index.ts'

const fieldsOf = (inventory: Inventory) => ({
  total: inventory.total,
  reserved: inventory.reserved,
  min_unit: inventory.minUnit,
  max_unit: inventory.maxUnit,
  step_size: inventory.stepSize,
  allocation_ratio: inventory.allocationRatio,
})

/** One inventory with the generation of its provider, which is never 0 once there is one. */
export const viewInventory = ({ generation }: Provider, inventory: Inventory) => ({
  ...fieldsOf(inventory),
  ...(generation === 0 ? {} : { resource_provider_generation: generation }),
})

export const viewInventories = ({ generation, inventories }: Provider) => ({
  resource_provider_generation: generation,
  inventories: Object.fromEntries([...inventories].map(([name, inventory]) => [name, fieldsOf(inventory)])),
})
