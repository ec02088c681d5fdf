import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import { listBody, queryOf } from '../lists.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { viewAllInferences, viewInference, viewInferences, viewRole } from './view.ts'

/** Keystone's roles: https://docs.openstack.org/api-ref/identity/v3/#roles */
export const roleRoutes = [
  route({
    method: 'GET',
    path: '/v3/roles',
    status: 200,
    policy: 'identity:list_roles',
    query: schemas.listRoles,
    reply: schemas.rolesReply,
    handle: async (ctx, { rawQuery }) => {
      const { rows, more } = await operations.listRoles(ctx, queryOf(rawQuery))
      return listBody(
        ctx,
        '/v3/roles',
        rawQuery,
        'roles',
        rows.map((row) => viewRole(ctx, row)),
        more,
      )
    },
  }),
  route({
    method: 'POST',
    path: '/v3/roles',
    status: 201,
    // The rule depends on whose role it is; the operation knows.
    policy: null,
    body: schemas.createRole,
    reply: schemas.roleReply,
    handle: async (ctx, { body }) => ({ role: viewRole(ctx, await operations.createRole(ctx, body.role)) }),
  }),
  route({
    method: 'GET',
    path: '/v3/roles/:role_id',
    status: 200,
    policy: null,
    reply: schemas.roleReply,
    handle: async (ctx, { params }) => ({ role: viewRole(ctx, await operations.getRole(ctx, params.role_id)) }),
  }),
  route({
    method: 'PATCH',
    path: '/v3/roles/:role_id',
    status: 200,
    policy: null,
    body: schemas.updateRole,
    reply: schemas.roleReply,
    handle: async (ctx, { params, body }) => ({
      role: viewRole(ctx, await operations.updateRole(ctx, params.role_id, body.role)),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v3/roles/:role_id',
    status: 204,
    policy: null,
    handle: (ctx, { params }) => operations.deleteRole(ctx, params.role_id),
  }),
  route({
    method: 'GET',
    path: '/v3/roles/:role_id/implies',
    status: 200,
    policy: 'identity:list_implied_roles',
    reply: schemas.inferenceReply,
    handle: async (ctx, { params }) => {
      const { prior, implied } = await operations.listImplied(ctx, params.role_id)
      return viewInferences(ctx, prior, implied)
    },
  }),
  // Before GET, which would otherwise answer HEAD as well, and with its status.
  route({
    method: 'HEAD',
    path: '/v3/roles/:role_id/implies/:implied_role_id',
    status: 204,
    policy: 'identity:check_implied_role',
    handle: async (ctx, { params }) => {
      await operations.getImplication(ctx, params.role_id, params.implied_role_id)
      return reply({})
    },
  }),
  route({
    method: 'GET',
    path: '/v3/roles/:role_id/implies/:implied_role_id',
    status: 200,
    policy: 'identity:get_implied_role',
    reply: schemas.inferenceReply,
    handle: async (ctx, { params }) => {
      const { prior, implied } = await operations.getImplication(ctx, params.role_id, params.implied_role_id)
      return viewInference(ctx, prior, implied)
    },
  }),
  route({
    method: 'PUT',
    path: '/v3/roles/:role_id/implies/:implied_role_id',
    status: 201,
    policy: 'identity:create_implied_role',
    reply: schemas.inferenceReply,
    handle: async (ctx, { params }) => {
      const { prior, implied } = await operations.createImplication(ctx, params.role_id, params.implied_role_id)
      return viewInference(ctx, prior, implied)
    },
  }),
  route({
    method: 'DELETE',
    path: '/v3/roles/:role_id/implies/:implied_role_id',
    status: 204,
    policy: 'identity:delete_implied_role',
    handle: (ctx, { params }) => operations.deleteImplication(ctx, params.role_id, params.implied_role_id),
  }),
  route({
    method: 'GET',
    path: '/v3/role_inferences',
    status: 200,
    policy: 'identity:list_role_inference_rules',
    handle: async (ctx) => viewAllInferences(ctx, await operations.listInferences(ctx)),
  }),
]
