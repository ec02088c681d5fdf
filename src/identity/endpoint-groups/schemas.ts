import { type Static, Type } from 'typebox'
import { longName, nullableText, open, openUpdate } from '../fragments.ts'

const filters = Type.Object(
  { interface: Type.Optional(Type.Unsafe<string>({ type: 'string', enum: ['admin', 'internal', 'public'] })) },
  open,
)

export const createEndpointGroup = Type.Object({
  endpoint_group: Type.Object({ name: longName, description: Type.Optional(nullableText), filters }, open),
})
export const updateEndpointGroup = Type.Object({
  endpoint_group: Type.Object(
    { name: Type.Optional(longName), description: Type.Optional(nullableText), filters: Type.Optional(filters) },
    openUpdate,
  ),
})

export type CreateEndpointGroup = Static<typeof createEndpointGroup>['endpoint_group']
export type UpdateEndpointGroup = Static<typeof updateEndpointGroup>['endpoint_group']
