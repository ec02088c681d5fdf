import { route } from '#platform/http/route.ts'
import { listBody } from '../lists.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { viewService } from './view.ts'

/** Keystone's services: https://docs.openstack.org/api-ref/identity/v3/#service-catalog-and-endpoints */
export const serviceRoutes = [
  route({
    method: 'GET',
    path: '/v3/services',
    status: 200,
    policy: 'identity:list_services',
    reply: schemas.servicesReply,
    handle: async (ctx, { query, rawQuery }) => {
      const { rows, more } = await operations.listServices(ctx, query)
      return listBody(
        ctx,
        '/v3/services',
        rawQuery,
        'services',
        rows.map((row) => viewService(ctx, row)),
        more,
      )
    },
  }),
  route({
    method: 'POST',
    path: '/v3/services',
    status: 201,
    policy: 'identity:create_service',
    body: schemas.createService,
    reply: schemas.serviceReply,
    handle: async (ctx, { body }) => ({ service: viewService(ctx, await operations.createService(ctx, body.service)) }),
  }),
  route({
    method: 'GET',
    path: '/v3/services/:service_id',
    status: 200,
    policy: 'identity:get_service',
    reply: schemas.serviceReply,
    handle: async (ctx, { params }) => ({
      service: viewService(ctx, await operations.getService(ctx, params.service_id)),
    }),
  }),
  route({
    method: 'PATCH',
    path: '/v3/services/:service_id',
    status: 200,
    policy: 'identity:update_service',
    body: schemas.updateService,
    reply: schemas.serviceReply,
    handle: async (ctx, { params, body }) => ({
      service: viewService(ctx, await operations.updateService(ctx, params.service_id, body.service)),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v3/services/:service_id',
    status: 204,
    policy: 'identity:delete_service',
    handle: (ctx, { params }) => operations.deleteService(ctx, params.service_id),
  }),
]
