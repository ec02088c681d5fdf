import { route } from '#platform/http/route.ts'
import { listBody, queryOf } from '../lists.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { viewIdentityProvider } from './view.ts'

const collection = '/v3/OS-FEDERATION/identity_providers'
const member = `${collection}/:idp_id` as const

/** Keystone's identity providers: https://docs.openstack.org/api-ref/identity/v3-ext/#identity-providers */
export const identityProviderRoutes = [
  route({
    method: 'GET',
    path: collection,
    status: 200,
    policy: 'identity:list_identity_providers',
    query: schemas.listIdentityProviders,
    reply: schemas.identityProvidersReply,
    handle: async (ctx, { rawQuery }) => {
      const { rows, more } = await operations.listIdentityProviders(ctx, queryOf(rawQuery))
      return listBody(
        ctx,
        collection,
        rawQuery,
        'identity_providers',
        rows.map((row) => viewIdentityProvider(ctx, row)),
        more,
      )
    },
  }),
  route({
    method: 'GET',
    path: member,
    status: 200,
    policy: 'identity:get_identity_provider',
    reply: schemas.identityProviderReply,
    handle: async (ctx, { params }) => ({
      identity_provider: viewIdentityProvider(ctx, await operations.getIdentityProvider(ctx, params.idp_id)),
    }),
  }),
  route({
    method: 'PUT',
    path: member,
    status: 201,
    policy: 'identity:create_identity_provider',
    body: schemas.createIdentityProvider,
    reply: schemas.identityProviderReply,
    handle: async (ctx, { params, body }) => {
      const made = await operations.createIdentityProvider(ctx, params.idp_id, body.identity_provider ?? {})
      return { identity_provider: viewIdentityProvider(ctx, made) }
    },
  }),
  route({
    method: 'PATCH',
    path: member,
    status: 200,
    policy: 'identity:update_identity_provider',
    body: schemas.updateIdentityProvider,
    reply: schemas.identityProviderReply,
    handle: async (ctx, { params, body }) => {
      const changed = await operations.updateIdentityProvider(ctx, params.idp_id, body.identity_provider)
      return { identity_provider: viewIdentityProvider(ctx, changed) }
    },
  }),
  route({
    method: 'DELETE',
    path: member,
    status: 204,
    policy: 'identity:delete_identity_provider',
    handle: (ctx, { params }) => operations.deleteIdentityProvider(ctx, params.idp_id),
  }),
]
