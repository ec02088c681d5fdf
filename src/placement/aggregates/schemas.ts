import { type Static, Type } from 'typebox'
import { since, until } from '#platform/http/schema-version.ts'
import { strict, uuid } from '../schemas.ts'

const list = { uniqueItems: true }

/** A bare list at first; from 1.19 on with the generation it is meant for. */
export const setAggregates = Type.Union([
  Type.Array(uuid, { ...list, ...until(18) }),
  Type.Object(
    { aggregates: Type.Array(uuid, list), resource_provider_generation: Type.Integer() },
    { ...strict, ...since(19) },
  ),
])

export const aggregatesReply = Type.Object(
  { aggregates: Type.Array(Type.String()), resource_provider_generation: Type.Optional(Type.Integer()) },
  strict,
)

export type SetAggregates = Static<typeof setAggregates>
