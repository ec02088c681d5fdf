import { type Static, Type } from 'typebox'
import { manyAllocations } from '../allocations/schemas.ts'
import { setInventories, strict, UUID_PATTERN } from '../schemas.ts'

export const reshape = Type.Object(
  {
    inventories: Type.Record(Type.String({ pattern: UUID_PATTERN }), setInventories, { ...strict, minProperties: 1 }),
    allocations: manyAllocations({}),
  },
  strict,
)

export type Reshape = Static<typeof reshape>
