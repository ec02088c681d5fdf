import { route } from '#platform/http/route.ts'
import { listBody, queryOf } from '../lists.ts'
import { createDomain } from './operations/create.ts'
import { deleteDomain } from './operations/delete.ts'
import { getDomain, listDomains } from './operations/read.ts'
import { updateDomain } from './operations/update.ts'
import * as schemas from './schemas.ts'
import { viewDomain } from './view.ts'

/** Keystone's domains: https://docs.openstack.org/api-ref/identity/v3/#domains */
export const domainRoutes = [
  route({
    method: 'GET',
    path: '/v3/domains',
    status: 200,
    policy: 'identity:list_domains',
    query: schemas.listDomains,
    reply: schemas.domainsReply,
    handle: async (ctx, { rawQuery }) => {
      const { rows, more } = await listDomains(ctx, queryOf(rawQuery))
      return listBody(
        ctx,
        '/v3/domains',
        rawQuery,
        'domains',
        rows.map((row) => viewDomain(ctx, row)),
        more,
      )
    },
  }),
  route({
    method: 'POST',
    path: '/v3/domains',
    status: 201,
    policy: 'identity:create_domain',
    body: schemas.createDomain,
    reply: schemas.domainReply,
    handle: async (ctx, { body }) => ({ domain: viewDomain(ctx, await createDomain(ctx, body.domain)) }),
  }),
  route({
    method: 'GET',
    path: '/v3/domains/:domain_id',
    status: 200,
    policy: 'identity:get_domain',
    reply: schemas.domainReply,
    handle: async (ctx, { params }) => ({ domain: viewDomain(ctx, await getDomain(ctx, params.domain_id)) }),
  }),
  route({
    method: 'PATCH',
    path: '/v3/domains/:domain_id',
    status: 200,
    policy: 'identity:update_domain',
    target: 'read',
    body: schemas.updateDomain,
    reply: schemas.domainReply,
    handle: async (ctx, { params, body }) => ({
      domain: viewDomain(ctx, await updateDomain(ctx, params.domain_id, body.domain)),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v3/domains/:domain_id',
    status: 204,
    policy: 'identity:delete_domain',
    handle: (ctx, { params }) => deleteDomain(ctx, params.domain_id),
  }),
]
