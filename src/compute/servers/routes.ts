import type { TSchema } from 'typebox'
import { Type } from 'typebox'
import { renderedJson, reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import { computeWire } from '../errors.ts'
import { nextLink, selfLinks } from '../paging.ts'
import { isTrue } from '../parameters.ts'
import { type Action, findAction } from './actions/action.ts'
import type { createServerDeletion } from './operations/change.ts'
import { updateServer } from './operations/change.ts'
import type { createServerCreation } from './operations/create.ts'
import { listServers } from './operations/list.ts'
import { getServer, viewOptions } from './operations/read.ts'
import { createServerTexts } from './texts.ts'
import * as schemas from './schemas.ts'
import { viewServer, viewServerBasic } from './view.ts'

/** What the routes call that needs more than `ctx`. */
export type ServerOperations = {
  readonly create: ReturnType<typeof createServerCreation>
  readonly delete: ReturnType<typeof createServerDeletion>
  readonly actions: readonly Action[]
}

const anything: TSchema = Type.Unknown()

/** Nova's servers: https://docs.openstack.org/api-ref/compute/#servers-servers */
export const serverRoutes = (operations: ServerOperations, renderServers = createServerTexts()) => [
  route({
    method: 'GET',
    path: '/v2.1/servers',
    status: 200,
    policy: 'os_compute_api:servers:index',
    query: schemas.listServers,
    lastCounts: true,
    handle: async (ctx, { query, rawQuery }) => {
      const { rows, more } = await listServers(ctx, query, false)
      const links = nextLink(ctx, '/servers', rawQuery, rows.at(-1)?.id, more)
      return { servers: rows.map((row) => viewServerBasic(ctx, row)), ...(links ? { servers_links: links } : {}) }
    },
  }),
  route({
    method: 'GET',
    path: '/v2.1/servers/detail',
    status: 200,
    policy: 'os_compute_api:servers:detail',
    query: schemas.listServers,
    lastCounts: true,
    handle: async (ctx, { query, rawQuery }) => {
      const { rows, more } = await listServers(ctx, query, true)
      const options = await viewOptions(ctx, false)
      const links = nextLink(ctx, '/servers/detail', rawQuery, rows.at(-1)?.id, more)
      const servers = renderServers(ctx, rows, options).join(',')
      return renderedJson(`{"servers":[${servers}]${links ? `,"servers_links":${JSON.stringify(links)}` : ''}}`)
    },
  }),
  route({
    method: 'POST',
    path: '/v2.1/servers',
    status: 202,
    policy: 'os_compute_api:servers:create',
    body: schemas.createServer,
    handle: async (ctx, { body }) => {
      const { firstId, reservationId, adminPass, diskConfig, groups } = await operations.create(ctx, body)
      if (isTrue(body.server.return_reservation_id)) return { reservation_id: reservationId }
      const links = selfLinks(ctx, `/servers/${firstId}`)
      return reply({
        headers: { location: links[0]?.href ?? '' },
        body: {
          server: {
            id: firstId,
            links,
            'OS-DCF:diskConfig': diskConfig,
            security_groups: groups.map((name) => ({ name })),
            adminPass,
          },
        },
      })
    },
  }),
  route({
    method: 'GET',
    path: '/v2.1/servers/:server_id',
    status: 200,
    policy: 'os_compute_api:servers:show',
    handle: async (ctx, { params }) => {
      const row = await getServer(ctx, params.server_id)
      const [server = '{}'] = renderServers(ctx, [row], await viewOptions(ctx, true, row.project_id))
      return renderedJson(`{"server":${server}}`)
    },
  }),
  route({
    method: 'PUT',
    path: '/v2.1/servers/:server_id',
    status: 200,
    policy: 'os_compute_api:servers:update',
    body: schemas.updateServer,
    handle: async (ctx, { params, body }) => {
      const row = await updateServer(ctx, params.server_id, body.server)
      return { server: viewServer(ctx, row, await viewOptions(ctx, true, row.project_id)) }
    },
  }),
  route({
    method: 'DELETE',
    path: '/v2.1/servers/:server_id',
    status: 204,
    policy: 'os_compute_api:servers:delete',
    handle: (ctx, { params }) => operations.delete(ctx, params.server_id),
  }),
  route({
    method: 'POST',
    path: '/v2.1/servers/:server_id/action',
    status: 202,
    // Each action has a rule of its own, which it asks.
    policy: null,
    body: anything,
    handle: async (ctx, { params, body }) => {
      const { action, value } = findAction(operations.actions, body, ctx.version)
      const result = await action.prepare(value, ctx.version, computeWire.invalid)(ctx, params.server_id)
      return reply({ status: action.status, body: result })
    },
  }),
]
