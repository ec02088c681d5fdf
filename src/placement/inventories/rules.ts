import type { Inventory } from '#placement/resource-providers/rules/provider-index.ts'
import { capacityOf } from '#placement/resource-providers/rules/provider-index.ts'
import type { InventoryFields } from './schemas.ts'

const MAX_INT = 0x7fffffff

/** An inventory with Placement's defaults for what the caller left out. */
export const toInventory = (fields: InventoryFields, used: number, now: number): Inventory => ({
  total: fields.total,
  reserved: fields.reserved ?? 0,
  minUnit: fields.min_unit ?? 1,
  maxUnit: fields.max_unit ?? MAX_INT,
  stepSize: fields.step_size ?? 1,
  allocationRatio: fields.allocation_ratio ?? 1,
  used,
  updatedAt: now,
})

/** From this version on an inventory may be reserved whole. */
const RESERVED_WHOLE = 26

/** Placement's words for an inventory that could never give anything; undefined: it is fine. */
export const capacityProblem = (
  resourceClass: string,
  providerUuid: string,
  inventory: Inventory,
  version: number,
): string | undefined => {
  const invalid = `Invalid inventory for '${resourceClass}' on resource provider '${providerUuid}'.`
  const capacity = capacityOf(inventory)
  if (version < RESERVED_WHOLE) {
    return capacity <= 0 ? `${invalid} The reserved value is greater than or equal to total.` : undefined
  }
  return capacity < 0 ? `${invalid} The reserved value is greater than total.` : undefined
}
