import { route } from '#platform/http/route.ts'
import { listBody } from '../lists.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { viewMapping } from './view.ts'

const collection = '/v3/OS-FEDERATION/mappings'
const member = `${collection}/:mapping_id` as const

/** Keystone's mappings: https://docs.openstack.org/api-ref/identity/v3-ext/#mappings */
export const mappingRoutes = [
  route({
    method: 'GET',
    path: collection,
    status: 200,
    policy: 'identity:list_mappings',
    reply: schemas.mappingsReply,
    handle: async (ctx, { rawQuery }) => {
      const rows = await operations.listMappings(ctx)
      return listBody(
        ctx,
        collection,
        rawQuery,
        'mappings',
        rows.map((row) => viewMapping(ctx, row)),
      )
    },
  }),
  route({
    method: 'GET',
    path: member,
    status: 200,
    policy: 'identity:get_mapping',
    reply: schemas.mappingReply,
    handle: async (ctx, { params }) => ({
      mapping: viewMapping(ctx, await operations.getMapping(ctx, params.mapping_id)),
    }),
  }),
  route({
    method: 'PUT',
    path: member,
    status: 201,
    policy: 'identity:create_mapping',
    body: schemas.mappingBody,
    reply: schemas.mappingReply,
    handle: async (ctx, { params, body }) => ({
      mapping: viewMapping(ctx, await operations.createMapping(ctx, params.mapping_id, body.mapping ?? {})),
    }),
  }),
  route({
    method: 'PATCH',
    path: member,
    status: 200,
    policy: 'identity:update_mapping',
    body: schemas.mappingBody,
    reply: schemas.mappingReply,
    handle: async (ctx, { params, body }) => ({
      mapping: viewMapping(ctx, await operations.updateMapping(ctx, params.mapping_id, body.mapping ?? {})),
    }),
  }),
  route({
    method: 'DELETE',
    path: member,
    status: 204,
    policy: 'identity:delete_mapping',
    handle: (ctx, { params }) => operations.deleteMapping(ctx, params.mapping_id),
  }),
]
