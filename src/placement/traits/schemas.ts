import { type Static, Type } from 'typebox'
import { strict } from '../schemas.ts'

export const listTraits = Type.Object(
  { name: Type.Optional(Type.String()), associated: Type.Optional(Type.String()) },
  strict,
)

export const setTraits = Type.Object(
  {
    traits: Type.Array(Type.String({ minLength: 1, maxLength: 255 })),
    resource_provider_generation: Type.Integer(),
  },
  strict,
)

export const traitsReply = Type.Object({ traits: Type.Array(Type.String()) }, strict)

export const providerTraitsReply = Type.Object(
  { traits: Type.Array(Type.String()), resource_provider_generation: Type.Integer() },
  strict,
)

export type ListTraits = Static<typeof listTraits>
export type SetTraits = Static<typeof setTraits>
