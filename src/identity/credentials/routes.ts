import { route } from '#platform/http/route.ts'
import { listBody, queryOf } from '../lists.ts'
import type { CredentialStore } from './operations.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { viewCredential } from './view.ts'

/** Keystone's credentials: https://docs.openstack.org/api-ref/identity/v3/#credentials */
export const credentialRoutes = (store: CredentialStore) => [
  route({
    method: 'GET',
    path: '/v3/credentials',
    status: 200,
    policy: 'identity:list_credentials',
    handle: async (ctx, { rawQuery }) => {
      const { rows, more } = await operations.listCredentials(ctx, store, queryOf(rawQuery))
      const items = rows.map((row) => viewCredential(ctx, row))
      return listBody(ctx, '/v3/credentials', rawQuery, 'credentials', items, more)
    },
  }),
  route({
    method: 'POST',
    path: '/v3/credentials',
    status: 201,
    policy: 'identity:create_credential',
    body: schemas.createCredential,
    handle: async (ctx, { body }) => ({
      credential: viewCredential(ctx, await operations.createCredential(ctx, store, body.credential)),
    }),
  }),
  route({
    method: 'GET',
    path: '/v3/credentials/:credential_id',
    status: 200,
    policy: 'identity:get_credential',
    handle: async (ctx, { params }) => ({
      credential: viewCredential(ctx, await operations.getCredential(ctx, store, params.credential_id)),
    }),
  }),
  route({
    method: 'PATCH',
    path: '/v3/credentials/:credential_id',
    status: 200,
    policy: 'identity:update_credential',
    body: schemas.updateCredential,
    handle: async (ctx, { params, body }) => ({
      credential: viewCredential(
        ctx,
        await operations.updateCredential(ctx, store, params.credential_id, body.credential),
      ),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v3/credentials/:credential_id',
    status: 204,
    policy: 'identity:delete_credential',
    handle: (ctx, { params }) => operations.deleteCredential(ctx, store, params.credential_id),
  }),
]
