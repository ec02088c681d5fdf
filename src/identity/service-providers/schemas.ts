import { type Static, Type } from 'typebox'
import { closed, flag, nullableText, open } from '../fragments.ts'

const url = Type.String({ minLength: 0, maxLength: 225, pattern: '^[a-zA-Z0-9+.-]+:.+' })
const properties = {
  description: Type.Optional(nullableText),
  enabled: Type.Optional(flag),
  relay_state_prefix: Type.Optional(Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength: 256 })),
}

/** PUT /v3/OS-FEDERATION/service_providers/{service_provider_id} */
export const createServiceProvider = Type.Object(
  { service_provider: Type.Object({ ...properties, auth_url: url, sp_url: url }, closed) },
  closed,
)
export const updateServiceProvider = Type.Object(
  {
    service_provider: Type.Object(
      { ...properties, auth_url: Type.Optional(url), sp_url: Type.Optional(url) },
      { ...closed, minProperties: 1 },
    ),
  },
  closed,
)
export const listServiceProviders = Type.Object(
  { id: Type.Optional(Type.String()), enabled: Type.Optional(flag) },
  open,
)

const serviceProvider = Type.Object(
  {
    id: Type.String(),
    auth_url: Type.String(),
    sp_url: Type.String(),
    enabled: Type.Boolean(),
    description: nullableText,
    relay_state_prefix: Type.String(),
    links: Type.Object({ self: Type.String() }),
  },
  closed,
)
export const serviceProviderReply = Type.Object({ service_provider: serviceProvider }, closed)
export const serviceProvidersReply = Type.Object(
  { service_providers: Type.Array(serviceProvider), links: Type.Object({}, open) },
  open,
)

export type CreateServiceProvider = Static<typeof createServiceProvider>['service_provider']
export type UpdateServiceProvider = Static<typeof updateServiceProvider>['service_provider']
