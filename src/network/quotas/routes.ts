import { anyBody } from '../any-body.ts'
import { route } from '#platform/http/route.ts'
import * as operations from './operations.ts'

const path = '/v2.0/quotas/:project_id'

/** https://docs.openstack.org/api-ref/network/v2/#quotas-extension-quotas */
export const quotaRoutes = [
  route({
    method: 'GET',
    path: '/v2.0/quotas',
    status: 200,
    policy: 'get_quota',
    handle: async (ctx) => ({ quotas: await operations.listQuotas(ctx) }),
  }),
  // Whose quotas the caller may ask for by default: its own project.
  ...(['tenant', 'project'] as const).map((word) =>
    route({
      method: 'GET',
      path: `/v2.0/quotas/${word}`,
      status: 200,
      policy: null,
      handle: (ctx) => ({ [word]: { [`${word}_id`]: ctx.caller.projectId } }),
    }),
  ),
  route({
    method: 'GET',
    path,
    status: 200,
    policy: 'get_quota',
    handle: async (ctx, { params }) => ({ quota: await operations.getQuotas(ctx, params.project_id) }),
  }),
  route({
    method: 'GET',
    path: '/v2.0/quotas/:project_id/default',
    status: 200,
    policy: 'get_quota',
    handle: (ctx, { params }) => ({ quota: operations.getDefaultQuotas(ctx, params.project_id) }),
  }),
  ...(['details', 'details.json'] as const).map((word) =>
    route({
      method: 'GET',
      path: `/v2.0/quotas/:project_id/${word}`,
      status: 200,
      policy: 'get_quota',
      handle: async (ctx, { params }) => ({ quota: await operations.getQuotaDetails(ctx, params.project_id) }),
    }),
  ),
  route({
    method: 'PUT',
    path,
    status: 200,
    policy: 'update_quota',
    ...anyBody,
    handle: async (ctx, { params, body }) => ({ quota: await operations.updateQuotas(ctx, params.project_id, body) }),
  }),
  route({
    method: 'DELETE',
    path,
    status: 204,
    policy: 'delete_quota',
    handle: (ctx, { params }) => operations.deleteQuotas(ctx, params.project_id),
  }),
]
