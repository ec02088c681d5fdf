import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import { nextLink } from '../paging.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { viewCreatedKeypair, viewKeypair, viewKeypairBasic } from './view.ts'

/** Nova's keys: https://docs.openstack.org/api-ref/compute/#keypairs-keypairs */
export const keypairRoutes = [
  route({
    method: 'GET',
    path: '/v2.1/os-keypairs',
    status: 200,
    policy: 'os_compute_api:os-keypairs:index',
    query: schemas.listKeypairs,
    lastCounts: true,
    handle: async (ctx, { query, rawQuery }) => {
      const { rows, more } = await operations.listKeypairs(ctx, query)
      const links = nextLink(ctx, '/os-keypairs', rawQuery, rows.at(-1)?.name, more)
      return { keypairs: rows.map((row) => viewKeypairBasic(ctx, row)), ...(links ? { keypairs_links: links } : {}) }
    },
  }),
  route({
    method: 'POST',
    path: '/v2.1/os-keypairs',
    status: 200,
    policy: 'os_compute_api:os-keypairs:create',
    body: schemas.createKeypair,
    handle: async (ctx, { body }) =>
      reply({
        status: ctx.version >= 2 ? 201 : 200,
        body: viewCreatedKeypair(ctx, await operations.createKeypair(ctx, body.keypair)),
      }),
  }),
  route({
    method: 'GET',
    path: '/v2.1/os-keypairs/:name',
    status: 200,
    policy: 'os_compute_api:os-keypairs:show',
    query: schemas.keypairOwner,
    lastCounts: true,
    handle: async (ctx, { params, query }) =>
      viewKeypair(ctx, await operations.getKeypair(ctx, params.name, query.user_id)),
  }),
  route({
    method: 'DELETE',
    path: '/v2.1/os-keypairs/:name',
    status: 202,
    policy: 'os_compute_api:os-keypairs:delete',
    query: schemas.keypairOwner,
    lastCounts: true,
    handle: async (ctx, { params, query }) => {
      await operations.deleteKeypair(ctx, params.name, query.user_id)
      return reply({ status: ctx.version >= 2 ? 204 : 202 })
    },
  }),
]
