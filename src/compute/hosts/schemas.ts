import { Type } from 'typebox'

export const listHosts = Type.Object(
  { zone: Type.Optional(Type.String()), service: Type.Optional(Type.String()) },
  { additionalProperties: true },
)
