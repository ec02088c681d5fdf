import { type Static, Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'
import { closed, idString, longName, nullableId, open, shortDescription } from '../fragments.ts'

const amount = Type.Integer({ minimum: -1, maximum: 2_147_483_647 })
const serviceId = Type.String({ format: 'uuid' })
const regionId = nullable(Type.String({ minLength: 1, maxLength: 255 }))
const description = Type.Optional(shortDescription)

export const createRegisteredLimits = Type.Object(
  {
    registered_limits: Type.Array(
      Type.Object(
        {
          service_id: serviceId,
          region_id: Type.Optional(regionId),
          resource_name: longName,
          default_limit: amount,
          description,
        },
        closed,
      ),
      { minItems: 1 },
    ),
  },
  closed,
)
export const updateRegisteredLimit = Type.Object(
  {
    registered_limit: Type.Object(
      {
        service_id: Type.Optional(serviceId),
        region_id: Type.Optional(regionId),
        resource_name: Type.Optional(longName),
        default_limit: Type.Optional(amount),
        description,
      },
      closed,
    ),
  },
  closed,
)
export const createLimits = Type.Object(
  {
    limits: Type.Array(
      Type.Object(
        {
          project_id: Type.Optional(nullableId),
          domain_id: Type.Optional(nullableId),
          service_id: serviceId,
          region_id: Type.Optional(regionId),
          resource_name: longName,
          resource_limit: amount,
          description,
        },
        closed,
      ),
      { minItems: 1 },
    ),
  },
  closed,
)
export const updateLimit = Type.Object(
  { limit: Type.Object({ resource_limit: Type.Optional(amount), description }, closed) },
  closed,
)
const filters = {
  service_id: Type.Optional(serviceId),
  region_id: Type.Optional(regionId),
  resource_name: Type.Optional(longName),
}
export const listRegisteredLimits = Type.Object(filters, open)
export const listLimits = Type.Object(
  { ...filters, project_id: Type.Optional(idString), domain_id: Type.Optional(idString) },
  open,
)

export type CreateRegisteredLimit = Static<typeof createRegisteredLimits>['registered_limits'][number]
export type UpdateRegisteredLimit = Static<typeof updateRegisteredLimit>['registered_limit']
export type CreateLimit = Static<typeof createLimits>['limits'][number]
export type UpdateLimit = Static<typeof updateLimit>['limit']
