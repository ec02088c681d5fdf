import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import type { Deps } from '../deps.ts'
import { listBody, pickFields, readListing } from '../listing/listing.ts'
import { fieldsAsked, revisionAsked } from '../visibility.ts'
import { createFloatingIps } from './operations/create.ts'
import { type FloatingIp, getFloatingIp, listFloatingIps } from './operations/get.ts'
import { deleteFloatingIp, updateFloatingIp } from './operations/update.ts'
import { floatingIpList } from './schemas.ts'
import { viewFloatingIp } from './view.ts'

const path = '/v2.0/floatingips'
const view = ({ row, port }: FloatingIp) => viewFloatingIp(row, port)

/** https://docs.openstack.org/api-ref/network/v2/#floating-ips-floatingips */
export const floatingIpRoutes = (deps: Deps) => [
  route({
    method: 'GET',
    path,
    status: 200,
    policy: 'get_floatingip',
    handle: async (ctx, { rawQuery }) => {
      const listing = readListing(floatingIpList, ctx.baseUrl + path, rawQuery)
      const found = await listFloatingIps(ctx, listing)
      return listBody(
        listing,
        found.map(({ row }) => row),
        found.map(view),
      )
    },
  }),
  route({
    method: 'POST',
    path,
    status: 201,
    policy: 'create_floatingip',
    handle: async (ctx, { body }) => {
      const { floatingIps, bulk } = await createFloatingIps(ctx, deps, body)
      const views = floatingIps.map(view)
      return bulk ? { floatingips: views } : { floatingip: views[0] }
    },
  }),
  route({
    method: 'GET',
    path: '/v2.0/floatingips/:id',
    status: 200,
    policy: 'get_floatingip',
    handle: async (ctx, { params, rawQuery }) => ({
      floatingip: pickFields(fieldsAsked(rawQuery), view(await getFloatingIp(ctx, params.id))),
    }),
  }),
  route({
    method: 'PUT',
    path: '/v2.0/floatingips/:id',
    status: 200,
    policy: 'update_floatingip',
    handle: async (ctx, { params, body, headers }) => ({
      floatingip: view(await updateFloatingIp(ctx, deps, params.id, body, revisionAsked(headers['if-match']))),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v2.0/floatingips/:id',
    status: 204,
    policy: 'delete_floatingip',
    handle: async (ctx, { params, headers }) => {
      await deleteFloatingIp(ctx, deps, params.id, revisionAsked(headers['if-match']))
      return reply({ status: 204 })
    },
  }),
]
