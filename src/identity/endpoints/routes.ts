import { route } from '#platform/http/route.ts'
import { listBody } from '../lists.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { viewEndpoint } from './view.ts'

/** Keystone's endpoints: https://docs.openstack.org/api-ref/identity/v3/#service-catalog-and-endpoints */
export const endpointRoutes = [
  route({
    method: 'GET',
    path: '/v3/endpoints',
    status: 200,
    policy: 'identity:list_endpoints',
    query: schemas.listEndpoints,
    reply: schemas.endpointsReply,
    handle: async (ctx, { query, rawQuery }) => {
      const { rows, more } = await operations.listEndpoints(ctx, query)
      return listBody(
        ctx,
        '/v3/endpoints',
        rawQuery,
        'endpoints',
        rows.map((row) => viewEndpoint(ctx, row)),
        more,
      )
    },
  }),
  route({
    method: 'POST',
    path: '/v3/endpoints',
    status: 201,
    policy: 'identity:create_endpoint',
    body: schemas.createEndpoint,
    reply: schemas.endpointReply,
    handle: async (ctx, { body }) => ({
      endpoint: viewEndpoint(ctx, await operations.createEndpoint(ctx, body.endpoint)),
    }),
  }),
  route({
    method: 'GET',
    path: '/v3/endpoints/:endpoint_id',
    status: 200,
    policy: 'identity:get_endpoint',
    reply: schemas.endpointReply,
    handle: async (ctx, { params }) => ({
      endpoint: viewEndpoint(ctx, await operations.getEndpoint(ctx, params.endpoint_id)),
    }),
  }),
  route({
    method: 'PATCH',
    path: '/v3/endpoints/:endpoint_id',
    status: 200,
    policy: 'identity:update_endpoint',
    body: schemas.updateEndpoint,
    reply: schemas.endpointReply,
    handle: async (ctx, { params, body }) => ({
      endpoint: viewEndpoint(ctx, await operations.updateEndpoint(ctx, params.endpoint_id, body.endpoint)),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v3/endpoints/:endpoint_id',
    status: 204,
    policy: 'identity:delete_endpoint',
    handle: (ctx, { params }) => operations.deleteEndpoint(ctx, params.endpoint_id),
  }),
]
