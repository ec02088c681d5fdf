import { route } from '#platform/http/route.ts'
import { listBody, queryOf } from '../lists.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import type { LimitModel } from './rules.ts'
import { viewLimit, viewModel, viewRegisteredLimit } from './view.ts'

/** Keystone's unified limits: https://docs.openstack.org/api-ref/identity/v3/#unified-limits */
export const limitRoutes = (model: LimitModel) => [
  route({
    method: 'GET',
    path: '/v3/registered_limits',
    status: 200,
    policy: 'identity:list_registered_limits',
    query: schemas.listRegisteredLimits,
    handle: async (ctx, { rawQuery }) => {
      const { rows, more } = await operations.listRegisteredLimits(ctx, queryOf(rawQuery))
      const items = rows.map((row) => viewRegisteredLimit(ctx, row))
      return listBody(ctx, '/v3/registered_limits', rawQuery, 'registered_limits', items, more)
    },
  }),
  route({
    method: 'POST',
    path: '/v3/registered_limits',
    status: 201,
    policy: 'identity:create_registered_limits',
    body: schemas.createRegisteredLimits,
    handle: async (ctx, { body }) => {
      const limits = await operations.createRegisteredLimits(ctx, body.registered_limits)
      return { registered_limits: limits.map((limit) => viewRegisteredLimit(ctx, limit)) }
    },
  }),
  route({
    method: 'GET',
    path: '/v3/registered_limits/:registered_limit_id',
    status: 200,
    policy: 'identity:get_registered_limit',
    handle: async (ctx, { params }) => ({
      registered_limit: viewRegisteredLimit(ctx, await operations.getRegisteredLimit(ctx, params.registered_limit_id)),
    }),
  }),
  route({
    method: 'PATCH',
    path: '/v3/registered_limits/:registered_limit_id',
    status: 200,
    policy: 'identity:update_registered_limit',
    body: schemas.updateRegisteredLimit,
    handle: async (ctx, { params, body }) => ({
      registered_limit: viewRegisteredLimit(
        ctx,
        await operations.updateRegisteredLimit(ctx, params.registered_limit_id, body.registered_limit),
      ),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v3/registered_limits/:registered_limit_id',
    status: 204,
    policy: 'identity:delete_registered_limit',
    handle: (ctx, { params }) => operations.deleteRegisteredLimit(ctx, params.registered_limit_id),
  }),
  route({
    method: 'GET',
    path: '/v3/limits',
    status: 200,
    policy: 'identity:list_limits',
    query: schemas.listLimits,
    handle: async (ctx, { rawQuery }) => {
      const { rows, more } = await operations.listLimits(ctx, queryOf(rawQuery))
      return listBody(
        ctx,
        '/v3/limits',
        rawQuery,
        'limits',
        rows.map((row) => viewLimit(ctx, row)),
        more,
      )
    },
  }),
  route({
    method: 'POST',
    path: '/v3/limits',
    status: 201,
    policy: 'identity:create_limits',
    body: schemas.createLimits,
    handle: async (ctx, { body }) => {
      const limits = await operations.createLimits(ctx, model, body.limits)
      return { limits: limits.map((limit) => viewLimit(ctx, limit)) }
    },
  }),
  route({
    method: 'GET',
    path: '/v3/limits/model',
    status: 200,
    policy: 'identity:get_limit_model',
    handle: () => viewModel(model),
  }),
  route({
    method: 'GET',
    path: '/v3/limits/:limit_id',
    status: 200,
    policy: 'identity:get_limit',
    handle: async (ctx, { params }) => ({ limit: viewLimit(ctx, await operations.getLimit(ctx, params.limit_id)) }),
  }),
  route({
    method: 'PATCH',
    path: '/v3/limits/:limit_id',
    status: 200,
    policy: 'identity:update_limit',
    body: schemas.updateLimit,
    handle: async (ctx, { params, body }) => ({
      limit: viewLimit(ctx, await operations.updateLimit(ctx, model, params.limit_id, body.limit)),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v3/limits/:limit_id',
    status: 204,
    policy: 'identity:delete_limit',
    handle: (ctx, { params }) => operations.deleteLimit(ctx, params.limit_id),
  }),
]
