import type { Ctx } from '#platform/context.ts'
import { route } from '#platform/http/route.ts'
import { federatedOf } from '../federation/operations/users.ts'
import type { Directories } from '../directories/operations.ts'
import { listBody, queryOf } from '../lists.ts'
import { viewProject } from '../projects/view.ts'
import type { Passwords } from '../tokens/operations/password.ts'
import { deleteUser } from './operations/delete.ts'
import { listUserProjects, listUsers, showUser } from './operations/read.ts'
import { changePassword, createUser, updateUser } from './operations/write.ts'
import * as schemas from './schemas.ts'
import { viewUser } from './view.ts'

const show = async (ctx: Ctx, user: Awaited<ReturnType<typeof showUser>>) => ({
  user: viewUser(ctx, user, await federatedOf(ctx, user.id)),
})

/** Keystone's users: https://docs.openstack.org/api-ref/identity/v3/#users */
export const userRoutes = (passwords: Passwords, directories: Directories) => [
  route({
    method: 'GET',
    path: '/v3/users',
    status: 200,
    policy: 'identity:list_users',
    query: schemas.listUsers,
    reply: schemas.usersReply,
    handle: async (ctx, { rawQuery }) => {
      const { rows, more } = await listUsers(ctx, directories, queryOf(rawQuery))
      return listBody(
        ctx,
        '/v3/users',
        rawQuery,
        'users',
        rows.map((row) => viewUser(ctx, row)),
        more,
      )
    },
  }),
  route({
    method: 'POST',
    path: '/v3/users',
    status: 201,
    policy: 'identity:create_user',
    body: schemas.createUser,
    reply: schemas.userReply,
    handle: async (ctx, { body }) => show(ctx, await createUser(ctx, passwords, directories, body.user)),
  }),
  route({
    method: 'GET',
    path: '/v3/users/:user_id',
    status: 200,
    policy: 'identity:get_user',
    reply: schemas.userReply,
    handle: async (ctx, { params }) => show(ctx, await showUser(ctx, directories, params.user_id)),
  }),
  route({
    method: 'PATCH',
    path: '/v3/users/:user_id',
    status: 200,
    policy: 'identity:update_user',
    body: schemas.updateUser,
    reply: schemas.userReply,
    handle: async (ctx, { params, body }) =>
      show(ctx, await updateUser(ctx, passwords, directories, params.user_id, body.user)),
  }),
  route({
    method: 'DELETE',
    path: '/v3/users/:user_id',
    status: 204,
    policy: 'identity:delete_user',
    handle: (ctx, { params }) => deleteUser(ctx, directories, params.user_id),
  }),
  route({
    method: 'POST',
    path: '/v3/users/:user_id/password',
    status: 204,
    policy: null,
    open: true,
    body: schemas.changePassword,
    handle: (ctx, { params, body }) => changePassword(ctx, passwords, directories, params.user_id, body.user),
  }),
  route({
    method: 'GET',
    path: '/v3/users/:user_id/projects',
    status: 200,
    policy: 'identity:list_user_projects',
    handle: async (ctx, { params, rawQuery }) => {
      const projects = await listUserProjects(ctx, params.user_id)
      const path = `/v3/users/${params.user_id}/projects`
      return listBody(
        ctx,
        path,
        rawQuery,
        'projects',
        projects.map((row) => viewProject(ctx, row)),
      )
    },
  }),
]
