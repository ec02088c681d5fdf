import { type Static, Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'
import { since, until } from '#platform/http/schema-version.ts'
import { NAME_PATTERN, strict, uuid, UUID_PATTERN } from '../schemas.ts'

const resources = Type.Record(Type.String({ pattern: NAME_PATTERN }), Type.Integer({ minimum: 1 }), {
  ...strict,
  minProperties: 1,
})

const byProvider = (options: object) =>
  Type.Record(
    Type.String({ pattern: UUID_PATTERN }),
    Type.Object({ generation: Type.Optional(Type.Integer()), resources }, strict),
    { ...strict, ...options },
  )

const asList = Type.Array(Type.Object({ resource_provider: Type.Object({ uuid }, strict), resources }, strict), {
  minItems: 1,
  ...until(11),
})

const id = (options: object) => Type.String({ minLength: 1, maxLength: 255, ...options })

const consumer = {
  consumer_generation: nullable(Type.Integer(since(28))),
  mappings: Type.Optional(
    Type.Record(Type.String({ pattern: '[a-zA-Z0-9_-]{1,64}' }), Type.Array(uuid, { minItems: 1 }), {
      minProperties: 1,
      ...since(34),
    }),
  ),
  consumer_type: Type.String({ pattern: NAME_PATTERN, minLength: 1, maxLength: 255, ...since(38) }),
}

/** PUT /allocations/{consumer_uuid}: a list until 1.11, then by provider, which may be empty from 1.28 on. */
export const setAllocations = Type.Object(
  {
    allocations: Type.Union([
      asList,
      byProvider({ minProperties: 1, ...since(12), ...until(27) }),
      byProvider(since(28)),
    ]),
    project_id: id(since(8)),
    user_id: id(since(8)),
    ...consumer,
  },
  strict,
)

/** One consumer of POST /allocations (1.13). */
const oneOfMany = Type.Object({ allocations: byProvider({}), project_id: id({}), user_id: id({}), ...consumer }, strict)

export const manyAllocations = (options: object) =>
  Type.Record(Type.String({ pattern: UUID_PATTERN }), oneOfMany, { ...strict, ...options })

export const postAllocations = manyAllocations({ minProperties: 1 })

export const consumerReply = Type.Object(
  {
    allocations: Type.Record(
      Type.String(),
      Type.Object({ resources: Type.Record(Type.String(), Type.Integer()), generation: Type.Integer() }, strict),
    ),
    project_id: Type.Optional(Type.String()),
    user_id: Type.Optional(Type.String()),
    consumer_generation: Type.Optional(Type.Integer()),
    consumer_type: Type.Optional(Type.String()),
  },
  strict,
)

export type SetAllocations = Static<typeof setAllocations>
export type ManyAllocations = Static<typeof postAllocations>
