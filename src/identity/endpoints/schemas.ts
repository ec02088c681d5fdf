import { type Static, Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'
import { anyId, closed, nullableText, open, openUpdate } from '../fragments.ts'

const interfaces = Type.Unsafe<string>({ type: 'string', enum: ['admin', 'internal', 'public'] })
const serviceId = Type.String()
const url = Type.String({ minLength: 0, maxLength: 225, pattern: '^[a-zA-Z0-9+.-]+:.+' })
const properties = {
  enabled: Type.Optional(Type.Boolean()),
  region_id: Type.Optional(nullable(Type.String())),
  region: Type.Optional(nullable(Type.String())),
  name: Type.Optional(Type.String()),
  description: Type.Optional(nullableText),
}

export const createEndpoint = Type.Object(
  {
    endpoint: Type.Object({ ...properties, id: anyId, interface: interfaces, service_id: serviceId, url }, open),
  },
  closed,
)
export const updateEndpoint = Type.Object(
  {
    endpoint: Type.Object(
      {
        ...properties,
        interface: Type.Optional(interfaces),
        service_id: Type.Optional(serviceId),
        url: Type.Optional(url),
      },
      openUpdate,
    ),
  },
  closed,
)
export const listEndpoints = Type.Object({ interface: Type.Optional(interfaces) }, open)

const endpoint = Type.Object(
  {
    id: Type.String(),
    interface: Type.String(),
    region_id: nullableText,
    region: nullableText,
    service_id: Type.String(),
    url: Type.String(),
    enabled: Type.Boolean(),
    links: Type.Object({ self: Type.String() }),
  },
  open,
)
export const endpointReply = Type.Object({ endpoint })
export const endpointsReply = Type.Object({ endpoints: Type.Array(endpoint), links: Type.Object({}, open) }, open)

export type CreateEndpoint = Static<typeof createEndpoint>['endpoint']
export type UpdateEndpoint = Static<typeof updateEndpoint>['endpoint']
