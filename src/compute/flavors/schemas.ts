import { type Static, Type } from 'typebox'
import { marked, since, until } from '#platform/http/schema-version.ts'
import { boolean, description, name, nonNegativeInteger, oneOf, paging, positiveInteger } from '../parameters.ts'

const rxtxFactor = Type.Union([
  Type.Number({ exclusiveMinimum: 0, maximum: 3.4e38 }),
  Type.String({ pattern: '^[0-9]+(\\.[0-9]+)?$', maxLength: 40 }),
])

/** POST /flavors. Source: nova/api/openstack/compute/schemas/flavor_manage.py. */
export const createFlavor = Type.Object(
  {
    flavor: Type.Object(
      {
        name,
        // Blanks inside are refused only at the ends; the API takes numbers and null as well.
        id: Type.Optional(
          Type.Union([
            Type.String({ minLength: 1, maxLength: 255, pattern: '^(?! )[a-zA-Z0-9. _-]+(?<! )$' }),
            Type.Integer(),
            Type.Null(),
          ]),
        ),
        ram: positiveInteger,
        vcpus: positiveInteger,
        disk: nonNegativeInteger,
        'OS-FLV-EXT-DATA:ephemeral': Type.Optional(nonNegativeInteger),
        swap: Type.Optional(nonNegativeInteger),
        rxtx_factor: Type.Optional(marked(rxtxFactor, until(101))),
        'os-flavor-access:is_public': Type.Optional(boolean),
        description: Type.Optional(marked(description, since(55))),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)

/** PUT /flavors/{id}: the description alone, since 2.55. */
export const updateFlavor = Type.Object(
  { flavor: Type.Object({ description }, { additionalProperties: false }) },
  { additionalProperties: false },
)

const sortKeys = [
  'created_at',
  'description',
  'disabled',
  'ephemeral_gb',
  'flavorid',
  'id',
  'is_public',
  'memory_mb',
  'name',
  'root_gb',
  'rxtx_factor',
  'swap',
  'updated_at',
  'vcpu_weight',
  'vcpus',
] as const
export const listFlavors = Type.Object(
  {
    ...paging,
    is_public: Type.Optional(Type.String()),
    minRam: Type.Optional(Type.String()),
    minDisk: Type.Optional(Type.String()),
    sort_key: Type.Optional(oneOf(...sortKeys)),
    sort_dir: Type.Optional(oneOf('asc', 'desc')),
    name: Type.Optional(Type.String({ ...since(102) })),
  },
  { additionalProperties: true },
)

const specKey = '^[a-zA-Z0-9-_:. ]{1,255}$'
const specValue = Type.Union([Type.String({ maxLength: 255 }), Type.Number()])

/** POST /flavors/{id}/os-extra_specs. */
export const createExtraSpecs = Type.Object(
  { extra_specs: Type.Record(Type.String({ pattern: specKey }), specValue, { additionalProperties: false }) },
  { additionalProperties: false },
)
/** PUT /flavors/{id}/os-extra_specs/{key}. */
export const updateExtraSpec = Type.Record(Type.String({ pattern: specKey }), specValue, {
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
})

const tenant = Type.Object(
  { tenant: Type.String({ minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9-]*$' }) },
  { additionalProperties: false },
)
/** POST /flavors/{id}/action. */
export const flavorAction = Type.Union([
  Type.Object({ addTenantAccess: tenant }, { additionalProperties: false }),
  Type.Object({ removeTenantAccess: tenant }, { additionalProperties: false }),
])

export type CreateFlavor = Static<typeof createFlavor>['flavor']
export type ListFlavors = Static<typeof listFlavors>
