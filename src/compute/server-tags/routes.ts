import { Type } from 'typebox'
import { badRequest } from '#platform/errors.ts'
import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import { tag } from '../parameters.ts'
import { getServer } from '../servers/operations/read.ts'
import { tagsOf } from '../servers/view.ts'
import { changeTags, maxTags, noTag } from './operations.ts'

/** Tags of a server, since 2.26: https://docs.openstack.org/api-ref/compute/#server-tags-servers-tags */
export const serverTagRoutes = [
  route({
    method: 'GET',
    path: '/v2.1/servers/:server_id/tags',
    status: 200,
    since: 26,
    policy: 'os_compute_api:os-server-tags:index',
    handle: async (ctx, { params }) => ({
      tags: tagsOf(await getServer(ctx, params.server_id, 'os_compute_api:os-server-tags:index')),
    }),
  }),
  route({
    method: 'PUT',
    path: '/v2.1/servers/:server_id/tags',
    status: 200,
    since: 26,
    policy: 'os_compute_api:os-server-tags:update_all',
    body: Type.Object({ tags: Type.Array(tag, { maxItems: maxTags }) }, { additionalProperties: false }),
    handle: async (ctx, { params, body }) => ({
      tags: await changeTags(ctx, params.server_id, 'os_compute_api:os-server-tags:update_all', () => body.tags),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v2.1/servers/:server_id/tags',
    status: 204,
    since: 26,
    policy: 'os_compute_api:os-server-tags:delete_all',
    handle: async (ctx, { params }) => {
      await changeTags(ctx, params.server_id, 'os_compute_api:os-server-tags:delete_all', () => [])
    },
  }),
  route({
    method: 'GET',
    path: '/v2.1/servers/:server_id/tags/:tag',
    status: 204,
    since: 26,
    policy: 'os_compute_api:os-server-tags:show',
    handle: async (ctx, { params }) => {
      const server = await getServer(ctx, params.server_id, 'os_compute_api:os-server-tags:show')
      if (!tagsOf(server).includes(params.tag)) throw noTag(params.server_id, params.tag)
    },
  }),
  route({
    method: 'PUT',
    path: '/v2.1/servers/:server_id/tags/:tag',
    status: 201,
    since: 26,
    policy: 'os_compute_api:os-server-tags:update',
    handle: async (ctx, { params }) => {
      if (!/^[^,/]{1,60}$/.test(params.tag)) throw badRequest(`Invalid input for tag. Value: ${params.tag}`)
      const server = await getServer(ctx, params.server_id, 'os_compute_api:os-server-tags:update')
      if (tagsOf(server).includes(params.tag)) return reply({ status: 204 })
      await changeTags(ctx, params.server_id, 'os_compute_api:os-server-tags:update', (old) => [...old, params.tag])
      return reply({
        status: 201,
        headers: { location: `${ctx.baseUrl}/v2.1/servers/${params.server_id}/tags/${params.tag}` },
      })
    },
  }),
  route({
    method: 'DELETE',
    path: '/v2.1/servers/:server_id/tags/:tag',
    status: 204,
    since: 26,
    policy: 'os_compute_api:os-server-tags:delete',
    handle: async (ctx, { params }) => {
      await changeTags(ctx, params.server_id, 'os_compute_api:os-server-tags:delete', (old) => {
        if (!old.includes(params.tag)) throw noTag(params.server_id, params.tag)
        return old.filter((name) => name !== params.tag)
      })
    },
  }),
]
