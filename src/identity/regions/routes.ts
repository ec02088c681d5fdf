import { route } from '#platform/http/route.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { viewRegion, viewRegions } from './view.ts'

/** Keystone's regions: https://docs.openstack.org/api-ref/identity/v3/#regions */
export const regionRoutes = [
  route({
    method: 'GET',
    path: '/v3/regions',
    status: 200,
    policy: 'identity:list_regions',
    query: schemas.listRegions,
    reply: schemas.regionsReply,
    handle: async (ctx, { query }) => viewRegions(ctx, await operations.listRegions(ctx, query.parent_region_id)),
  }),
  route({
    method: 'POST',
    path: '/v3/regions',
    status: 201,
    policy: 'identity:create_region',
    body: schemas.createRegion,
    reply: schemas.regionReply,
    handle: async (ctx, { body }) => ({ region: viewRegion(ctx, await operations.createRegion(ctx, body.region)) }),
  }),
  route({
    method: 'GET',
    path: '/v3/regions/:region_id',
    status: 200,
    policy: 'identity:get_region',
    reply: schemas.regionReply,
    handle: async (ctx, { params }) => ({ region: viewRegion(ctx, await operations.getRegion(ctx, params.region_id)) }),
  }),
  route({
    method: 'PUT',
    path: '/v3/regions/:region_id',
    status: 201,
    policy: 'identity:create_region',
    body: schemas.createRegion,
    reply: schemas.regionReply,
    handle: async (ctx, { params, body }) => ({
      region: viewRegion(ctx, await operations.createRegionAt(ctx, params.region_id, body.region)),
    }),
  }),
  route({
    method: 'PATCH',
    path: '/v3/regions/:region_id',
    status: 200,
    policy: 'identity:update_region',
    body: schemas.updateRegion,
    reply: schemas.regionReply,
    handle: async (ctx, { params, body }) => ({
      region: viewRegion(ctx, await operations.updateRegion(ctx, params.region_id, body.region)),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v3/regions/:region_id',
    status: 204,
    policy: 'identity:delete_region',
    handle: (ctx, { params }) => operations.deleteRegion(ctx, params.region_id),
  }),
]
