import { type Static, Type } from 'typebox'
import { closed, flag, nullableId, nullableText } from '../fragments.ts'

const properties = {
  enabled: Type.Optional(flag),
  description: Type.Optional(nullableText),
  authorization_ttl: Type.Optional(Type.Unsafe<number | null>({ type: ['integer', 'null'], minimum: 0 })),
  remote_ids: Type.Optional(
    Type.Unsafe<readonly string[] | null>({
      type: ['array', 'null'],
      items: { type: 'string', maxLength: 64 },
      uniqueItems: true,
    }),
  ),
}

/** PUT /v3/OS-FEDERATION/identity_providers/{idp_id} */
export const createIdentityProvider = Type.Object(
  { identity_provider: Type.Optional(Type.Object({ ...properties, domain_id: Type.Optional(nullableId) }, closed)) },
  closed,
)
export const updateIdentityProvider = Type.Object({
  identity_provider: Type.Object(properties, { ...closed, minProperties: 1 }),
})
export const listIdentityProviders = Type.Object(
  { id: Type.Optional(Type.String()), enabled: Type.Optional(flag) },
  { additionalProperties: true },
)

const identityProvider = Type.Object(
  {
    id: Type.String(),
    domain_id: Type.String(),
    enabled: Type.Boolean(),
    description: nullableText,
    authorization_ttl: Type.Unsafe<number | null>({ type: ['integer', 'null'] }),
    remote_ids: Type.Array(Type.String()),
    links: Type.Object({ self: Type.String(), protocols: Type.String() }, closed),
  },
  closed,
)
export const identityProviderReply = Type.Object({ identity_provider: identityProvider }, closed)
export const identityProvidersReply = Type.Object(
  { identity_providers: Type.Array(identityProvider), links: Type.Object({}, { additionalProperties: true }) },
  { additionalProperties: true },
)

export type CreateIdentityProvider = NonNullable<Static<typeof createIdentityProvider>['identity_provider']>
export type UpdateIdentityProvider = Static<typeof updateIdentityProvider>['identity_provider']
