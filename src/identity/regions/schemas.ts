import { type Static, Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'
import { closed, nullableText, openUpdate, shortDescription } from '../fragments.ts'

const regionId = Type.String({ minLength: 1, maxLength: 255 })
const nullableRegionId = nullable(Type.String({ minLength: 1, maxLength: 255 }))

// Keystone keeps attributes that it does not know: additional properties are allowed and stored.
const changeable = {
  description: Type.Optional(shortDescription),
  parent_region_id: Type.Optional(nullableRegionId),
}

/** POST /v3/regions and PUT /v3/regions/{id}: an empty id means "make one". */
export const createRegion = Type.Object({
  region: Type.Object(
    { ...changeable, id: Type.Optional(nullable(Type.String({ maxLength: 255 }))) },
    { additionalProperties: true },
  ),
})

/** PATCH /v3/regions/{id}: an id may come along if it is the region's own. */
export const updateRegion = Type.Object(
  { region: Type.Object({ ...changeable, id: Type.Optional(nullableRegionId) }, openUpdate) },
  closed,
)

export const listRegions = Type.Object({ parent_region_id: Type.Optional(regionId) }, closed)

const region = Type.Object(
  {
    id: Type.String(),
    description: Type.String(),
    parent_region_id: nullableText,
    links: Type.Object({ self: Type.String() }),
  },
  { additionalProperties: true },
)
export const regionReply = Type.Object({ region }, { additionalProperties: false })
export const regionsReply = Type.Object({
  regions: Type.Array(region),
  links: Type.Object({ self: Type.String(), previous: Type.Null(), next: Type.Null() }),
})

export type CreateRegion = Static<typeof createRegion>['region']
export type UpdateRegion = Static<typeof updateRegion>['region']
