import { type Static, Type } from 'typebox'
import { inventoryFields, NAME_PATTERN, setInventories, strict } from '../schemas.ts'

export { setInventories }

export const createInventory = Type.Object(
  {
    resource_provider_generation: Type.Optional(Type.Integer()),
    ...inventoryFields,
    resource_class: Type.String({ pattern: NAME_PATTERN }),
  },
  strict,
)

export const updateInventory = Type.Object({ resource_provider_generation: Type.Integer(), ...inventoryFields }, strict)

const record = {
  total: Type.Integer(),
  reserved: Type.Integer(),
  min_unit: Type.Integer(),
  max_unit: Type.Integer(),
  step_size: Type.Integer(),
  allocation_ratio: Type.Number(),
}

export const inventoryReply = Type.Object(
  { ...record, resource_provider_generation: Type.Optional(Type.Integer()) },
  strict,
)

export const inventoriesReply = Type.Object(
  {
    resource_provider_generation: Type.Integer(),
    inventories: Type.Record(Type.String(), Type.Object(record, strict)),
  },
  strict,
)

export type CreateInventory = Static<typeof createInventory>
export type UpdateInventory = Static<typeof updateInventory>
export type SetInventories = Static<typeof setInventories>
/** Fields of one inventory as a caller gives them. */
export type InventoryFields = Omit<UpdateInventory, 'resource_provider_generation'>
