import { type Static, Type } from 'typebox'
import { since } from '#platform/http/schema-version.ts'
import { strict } from '../schemas.ts'

const id = Type.String({ minLength: 1, maxLength: 255 })

export const listUsages = Type.Object(
  {
    project_id: id,
    user_id: Type.Optional(id),
    consumer_type: Type.Optional(Type.String({ pattern: '^[A-Z0-9_]+$|^all|^unknown$', maxLength: 255, ...since(38) })),
  },
  strict,
)

export const providerUsagesReply = Type.Object(
  { resource_provider_generation: Type.Integer(), usages: Type.Record(Type.String(), Type.Integer()) },
  strict,
)

export type ListUsages = Static<typeof listUsages>
