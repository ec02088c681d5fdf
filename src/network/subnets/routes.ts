import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import type { Deps } from '../deps.ts'
import { listBody, pickFields, readListing } from '../listing/listing.ts'
import { fieldsAsked, revisionAsked } from '../visibility.ts'
import { createSubnets } from './operations/create.ts'
import { deleteSubnet } from './operations/delete.ts'
import { getSubnet, listSubnets } from './operations/get.ts'
import { updateSubnet } from './operations/update.ts'
import { subnetList } from './schemas.ts'
import { viewSubnet, viewVisibleSubnet as view } from './view.ts'

const path = '/v2.0/subnets'

/** https://docs.openstack.org/api-ref/network/v2/#subnets */
export const subnetRoutes = (deps: Deps) => [
  route({
    method: 'GET',
    path,
    status: 200,
    policy: 'get_subnet',
    handle: async (ctx, { rawQuery }) => {
      const listing = readListing(subnetList, ctx.baseUrl + path, rawQuery)
      const rows = await listSubnets(ctx, listing)
      return listBody(listing, rows, rows.map(view))
    },
  }),
  route({
    method: 'POST',
    path,
    status: 201,
    policy: 'create_subnet',
    handle: async (ctx, { body }) => {
      const { subnets, bulk } = await createSubnets(ctx, deps, body)
      const views = subnets.map(({ row, external }) => viewSubnet(row, external))
      return bulk ? { subnets: views } : { subnet: views[0] }
    },
  }),
  route({
    method: 'GET',
    path: '/v2.0/subnets/:id',
    status: 200,
    policy: 'get_subnet',
    handle: async (ctx, { params, rawQuery }) => ({
      subnet: pickFields(fieldsAsked(rawQuery), view(await getSubnet(ctx, params.id))),
    }),
  }),
  route({
    method: 'PUT',
    path: '/v2.0/subnets/:id',
    status: 200,
    policy: 'update_subnet',
    handle: async (ctx, { params, body, headers }) => ({
      subnet: view(await updateSubnet(ctx, deps, params.id, body, revisionAsked(headers['if-match']))),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v2.0/subnets/:id',
    status: 204,
    policy: 'delete_subnet',
    handle: async (ctx, { params, headers }) => {
      await deleteSubnet(ctx, deps, params.id, revisionAsked(headers['if-match']))
      return reply({ status: 204 })
    },
  }),
]
