// Source: nova/api/openstack/compute/schemas/aggregates.py.
import { type Static, Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'
import { fqdn, name } from '../parameters.ts'

const strict = { additionalProperties: false }
/** A name without the colon that separates a zone from its host. */
const zone = nullable(
  Type.String({ minLength: 1, maxLength: 255, pattern: '^(?![\\s\\p{C}])[^\\p{C}:]*(?<![\\s\\p{C}])$' }),
)

export const createAggregate = Type.Object(
  { aggregate: Type.Object({ name, availability_zone: Type.Optional(zone) }, strict) },
  strict,
)

export const updateAggregate = Type.Object(
  {
    aggregate: Type.Object(
      { name: Type.Optional(name), availability_zone: Type.Optional(zone) },
      { ...strict, minProperties: 1 },
    ),
  },
  strict,
)

const ofHost = Type.Optional(Type.Object({ host: fqdn }, strict))

/** POST /os-aggregates/{id}/action: one of these. */
export const act = Type.Object(
  {
    add_host: ofHost,
    remove_host: ofHost,
    set_metadata: Type.Optional(
      Type.Object(
        {
          metadata: Type.Record(
            Type.String({ pattern: '^[a-zA-Z0-9-_:. ]{1,255}$' }),
            nullable(Type.String({ maxLength: 255 })),
            strict,
          ),
        },
        strict,
      ),
    ),
  },
  { ...strict, minProperties: 1, maxProperties: 1 },
)

export type CreateAggregate = Static<typeof createAggregate>['aggregate']
export type UpdateAggregate = Static<typeof updateAggregate>['aggregate']
export type Act = Static<typeof act>
export type MetadataChanges = Readonly<Record<string, string | null>>
