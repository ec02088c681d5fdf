import { type Static, Type } from 'typebox'
import { since } from '#platform/http/schema-version.ts'
import { strict, uuid } from '../schemas.ts'

const name = Type.String({ maxLength: 200 })
const parent = Type.Optional(Type.Union([uuid, Type.Null()], since(14)))

export const createProvider = Type.Object({ name, uuid: Type.Optional(uuid), parent_provider_uuid: parent }, strict)

export const updateProvider = Type.Object({ name, parent_provider_uuid: parent }, strict)

export const providerReply = Type.Object(
  {
    uuid: Type.String(),
    name: Type.String(),
    generation: Type.Integer(),
    links: Type.Array(Type.Object({ rel: Type.String(), href: Type.String() }, strict)),
    parent_provider_uuid: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    root_provider_uuid: Type.Optional(Type.String()),
  },
  strict,
)

export const providersReply = Type.Object({ resource_providers: Type.Array(providerReply) }, strict)

export type CreateProvider = Static<typeof createProvider>
export type UpdateProvider = Static<typeof updateProvider>
