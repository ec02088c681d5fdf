import { Type } from 'typebox'

// Fragments that the schemas of several resources share. Source: placement/schemas/common.py, placement/db/constants.py.

export const UUID_PATTERN = '^[0-9a-fA-F-]{36}$'
export const NAME_PATTERN = '^[A-Z0-9_]+$'
export const CUSTOM_PATTERN = '^CUSTOM_[A-Z0-9_]+$'

export const strict = { additionalProperties: false } as const

export const uuid = Type.String({ format: 'uuid' })

const MAX_INT = 0x7fffffff
const MAX_FLOAT = 3.40282e38

const amount = (minimum: number) => Type.Integer({ minimum, maximum: MAX_INT })

/** Fields of an inventory besides the class it is of; what is left out has a default. */
export const inventoryFields = {
  total: amount(1),
  reserved: Type.Optional(amount(0)),
  min_unit: Type.Optional(amount(1)),
  max_unit: Type.Optional(amount(1)),
  step_size: Type.Optional(amount(1)),
  allocation_ratio: Type.Optional(Type.Number({ maximum: MAX_FLOAT })),
}

/** PUT of all inventories of a provider, also a part of POST /reshaper. */
export const setInventories = Type.Object(
  {
    resource_provider_generation: Type.Integer(),
    inventories: Type.Record(
      Type.String({ pattern: NAME_PATTERN }),
      Type.Object({ resource_provider_generation: Type.Optional(Type.Integer()), ...inventoryFields }, strict),
    ),
  },
  strict,
)
