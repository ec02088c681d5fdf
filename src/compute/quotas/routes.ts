import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import type { IdentityDoor } from '../doors.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { viewLimits, viewQuotaDetail, viewQuotas } from './view.ts'

/** Nova's quotas and limits: https://docs.openstack.org/api-ref/compute/#quota-sets-os-quota-sets */
export const quotaRoutes = (identity: IdentityDoor) => [
  route({
    method: 'GET',
    path: '/v2.1/os-quota-sets/:project_id',
    status: 200,
    policy: 'os_compute_api:os-quota-sets:show',
    query: schemas.ofUser,
    lastCounts: true,
    handle: async (ctx, { params: { project_id } }) => ({
      quota_set: viewQuotas(
        ctx,
        await operations.getQuotas(ctx, identity, project_id, 'os_compute_api:os-quota-sets:show'),
        project_id,
      ),
    }),
  }),
  route({
    method: 'GET',
    path: '/v2.1/os-quota-sets/:project_id/detail',
    status: 200,
    policy: 'os_compute_api:os-quota-sets:detail',
    query: schemas.ofUser,
    lastCounts: true,
    handle: async (ctx, { params: { project_id } }) => {
      const quotas = await operations.getQuotas(ctx, identity, project_id, 'os_compute_api:os-quota-sets:detail')
      return { quota_set: viewQuotaDetail(ctx, quotas, await operations.getUsage(ctx, project_id), project_id) }
    },
  }),
  route({
    method: 'GET',
    path: '/v2.1/os-quota-sets/:project_id/defaults',
    status: 200,
    policy: 'os_compute_api:os-quota-sets:defaults',
    handle: async (ctx, { params: { project_id } }) => {
      await operations.checkProject(ctx, identity, project_id)
      return { quota_set: viewQuotas(ctx, await operations.getDefaults(ctx), project_id) }
    },
  }),
  route({
    method: 'PUT',
    path: '/v2.1/os-quota-sets/:project_id',
    status: 200,
    policy: 'os_compute_api:os-quota-sets:update',
    query: schemas.ofUser,
    lastCounts: true,
    body: schemas.updateQuotas,
    handle: async (ctx, { params: { project_id }, body }) => {
      await operations.checkProject(ctx, identity, project_id)
      return { quota_set: viewQuotas(ctx, await operations.updateQuotas(ctx, project_id, body.quota_set), null) }
    },
  }),
  route({
    method: 'DELETE',
    path: '/v2.1/os-quota-sets/:project_id',
    status: 202,
    policy: 'os_compute_api:os-quota-sets:delete',
    handle: async (ctx, { params: { project_id } }) => {
      await operations.deleteQuotas(ctx, project_id)
      return reply({ status: 202 })
    },
  }),
  route({
    method: 'GET',
    path: '/v2.1/os-quota-class-sets/:name',
    status: 200,
    policy: 'os_compute_api:os-quota-class-sets:show',
    handle: async (ctx, { params }) => ({
      quota_class_set: viewQuotas(ctx, await operations.getClass(ctx, params.name), params.name),
    }),
  }),
  route({
    method: 'PUT',
    path: '/v2.1/os-quota-class-sets/:name',
    status: 200,
    policy: 'os_compute_api:os-quota-class-sets:update',
    body: schemas.updateQuotaClass,
    handle: async (ctx, { params, body }) => ({
      quota_class_set: viewQuotas(ctx, await operations.updateClass(ctx, params.name, body.quota_class_set), null),
    }),
  }),
  route({
    method: 'GET',
    path: '/v2.1/limits',
    status: 200,
    policy: 'os_compute_api:limits',
    query: schemas.ofTenant,
    lastCounts: true,
    handle: async (ctx, { query }) => {
      const project = query.tenant_id ?? ctx.caller.projectId ?? ''
      if (project !== ctx.caller.projectId) ctx.authorize('os_compute_api:limits:other_project')
      const quotas = await operations.getClass(ctx, project)
      return viewLimits(ctx, quotas, await operations.getUsage(ctx, project))
    },
  }),
]
