import { type Static, Type } from 'typebox'
import { closed, longName, nullableText, open } from '../fragments.ts'

const filters = Type.Object(
  { interface: Type.Optional(Type.Unsafe<string>({ type: 'string', enum: ['admin', 'internal', 'public'] })) },
  open,
)

export const listEndpointGroups = Type.Object({ name: Type.Optional(longName) }, closed)
export const createEndpointGroup = Type.Object(
  {
    endpoint_group: Type.Object({ name: longName, description: Type.Optional(nullableText), filters }, closed),
  },
  closed,
)
export const updateEndpointGroup = Type.Object({
  endpoint_group: Type.Object(
    { name: Type.Optional(longName), description: Type.Optional(nullableText), filters: Type.Optional(filters) },
    { additionalProperties: false, minProperties: 1 },
  ),
})

export type CreateEndpointGroup = Static<typeof createEndpointGroup>['endpoint_group']
export type UpdateEndpointGroup = Static<typeof updateEndpointGroup>['endpoint_group']
