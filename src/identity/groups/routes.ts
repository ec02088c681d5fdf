import { route } from '#platform/http/route.ts'
import type { Directories } from '../directories/operations.ts'
import { listBody, queryOf } from '../lists.ts'
import { viewUser } from '../users/view.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { viewGroup, viewGroupOfUser } from './view.ts'

/** Keystone's groups: https://docs.openstack.org/api-ref/identity/v3/#groups */
export const groupRoutes = (directories: Directories) => [
  route({
    method: 'GET',
    path: '/v3/groups',
    status: 200,
    policy: 'identity:list_groups',
    query: schemas.listGroups,
    reply: schemas.groupsReply,
    handle: async (ctx, { rawQuery }) => {
      const { rows, more } = await operations.listGroups(ctx, directories, queryOf(rawQuery))
      return listBody(
        ctx,
        '/v3/groups',
        rawQuery,
        'groups',
        rows.map((row) => viewGroup(ctx, row)),
        more,
      )
    },
  }),
  route({
    method: 'POST',
    path: '/v3/groups',
    status: 201,
    policy: 'identity:create_group',
    body: schemas.createGroup,
    reply: schemas.groupReply,
    handle: async (ctx, { body }) => ({
      group: viewGroup(ctx, await operations.createGroup(ctx, directories, body.group)),
    }),
  }),
  route({
    method: 'GET',
    path: '/v3/groups/:group_id',
    status: 200,
    policy: 'identity:get_group',
    reply: schemas.groupReply,
    handle: async (ctx, { params }) => ({ group: viewGroup(ctx, await operations.getGroup(ctx, params.group_id)) }),
  }),
  route({
    method: 'PATCH',
    path: '/v3/groups/:group_id',
    status: 200,
    policy: 'identity:update_group',
    body: schemas.updateGroup,
    reply: schemas.groupReply,
    handle: async (ctx, { params, body }) => ({
      group: viewGroup(ctx, await operations.updateGroup(ctx, directories, params.group_id, body.group)),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v3/groups/:group_id',
    status: 204,
    policy: 'identity:delete_group',
    handle: (ctx, { params }) => operations.deleteGroup(ctx, directories, params.group_id),
  }),
  route({
    method: 'GET',
    path: '/v3/groups/:group_id/users',
    status: 200,
    policy: 'identity:list_users_in_group',
    handle: async (ctx, { params, rawQuery }) => {
      const path = `/v3/groups/${params.group_id}/users`
      const { rows, more } = await operations.listMembers(ctx, directories, params.group_id, queryOf(rawQuery))
      return listBody(
        ctx,
        path,
        rawQuery,
        'users',
        rows.map((row) => viewUser(ctx, row)),
        more,
      )
    },
  }),
  route({
    method: 'GET',
    path: '/v3/groups/:group_id/users/:user_id',
    status: 204,
    policy: 'identity:check_user_in_group',
    handle: (ctx, { params }) => operations.checkMember(ctx, directories, params.group_id, params.user_id),
  }),
  route({
    method: 'PUT',
    path: '/v3/groups/:group_id/users/:user_id',
    status: 204,
    policy: 'identity:add_user_to_group',
    handle: (ctx, { params }) => operations.addMember(ctx, directories, params.group_id, params.user_id),
  }),
  route({
    method: 'DELETE',
    path: '/v3/groups/:group_id/users/:user_id',
    status: 204,
    policy: 'identity:remove_user_from_group',
    handle: (ctx, { params }) => operations.removeMember(ctx, directories, params.group_id, params.user_id),
  }),
  route({
    method: 'GET',
    path: '/v3/users/:user_id/groups',
    status: 200,
    policy: 'identity:list_groups_for_user',
    handle: async (ctx, { params, rawQuery }) => {
      const path = `/v3/users/${params.user_id}/groups`
      const { rows, more, ends } = await operations.listGroupsOfUser(
        ctx,
        directories,
        params.user_id,
        queryOf(rawQuery),
      )
      return listBody(
        ctx,
        path,
        rawQuery,
        'groups',
        rows.map((row) => viewGroupOfUser(ctx, row, ends.get(row.id))),
        more,
      )
    },
  }),
]
