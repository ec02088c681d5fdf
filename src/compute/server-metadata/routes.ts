import { Type } from 'typebox'
import { badRequest } from '#platform/errors.ts'
import { route } from '#platform/http/route.ts'
import { metadata } from '../parameters.ts'
import * as operations from './operations.ts'

const all = Type.Object({ metadata }, { additionalProperties: false })
const one = Type.Object(
  {
    meta: Type.Record(Type.String({ pattern: '^[a-zA-Z0-9-_:. ]{1,255}$' }), Type.String({ maxLength: 255 }), {
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
    }),
  },
  { additionalProperties: false },
)

/** Metadata of a server: https://docs.openstack.org/api-ref/compute/#server-metadata-servers-metadata */
export const serverMetadataRoutes = [
  route({
    method: 'GET',
    path: '/v2.1/servers/:server_id/metadata',
    status: 200,
    policy: 'os_compute_api:server-metadata:index',
    handle: async (ctx, { params }) => ({
      metadata: await operations.getMetadata(ctx, params.server_id, 'os_compute_api:server-metadata:index'),
    }),
  }),
  route({
    method: 'POST',
    path: '/v2.1/servers/:server_id/metadata',
    status: 200,
    policy: 'os_compute_api:server-metadata:create',
    body: all,
    handle: async (ctx, { params, body }) => ({
      metadata: await operations.changeMetadata(
        ctx,
        params.server_id,
        'os_compute_api:server-metadata:create',
        (old) => ({ ...old, ...body.metadata }),
      ),
    }),
  }),
  route({
    method: 'PUT',
    path: '/v2.1/servers/:server_id/metadata',
    status: 200,
    policy: 'os_compute_api:server-metadata:update_all',
    body: all,
    handle: async (ctx, { params, body }) => ({
      metadata: await operations.changeMetadata(
        ctx,
        params.server_id,
        'os_compute_api:server-metadata:update_all',
        () => body.metadata,
      ),
    }),
  }),
  route({
    method: 'GET',
    path: '/v2.1/servers/:server_id/metadata/:key',
    status: 200,
    policy: 'os_compute_api:server-metadata:show',
    handle: async (ctx, { params }) => ({ meta: await operations.getItem(ctx, params.server_id, params.key) }),
  }),
  route({
    method: 'PUT',
    path: '/v2.1/servers/:server_id/metadata/:key',
    status: 200,
    policy: 'os_compute_api:server-metadata:update',
    body: one,
    handle: async (ctx, { params, body }) => {
      if (!(params.key in body.meta)) throw badRequest('Request body and URI mismatch')
      await operations.changeMetadata(ctx, params.server_id, 'os_compute_api:server-metadata:update', (old) => ({
        ...old,
        ...body.meta,
      }))
      return { meta: body.meta }
    },
  }),
  route({
    method: 'DELETE',
    path: '/v2.1/servers/:server_id/metadata/:key',
    status: 204,
    policy: 'os_compute_api:server-metadata:delete',
    handle: async (ctx, { params }) => {
      await operations.deleteItem(ctx, params.server_id, params.key)
    },
  }),
]
