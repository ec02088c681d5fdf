import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import { listBody, pickFields, readListing } from '../listing/listing.ts'
import { fieldsAsked, revisionAsked } from '../visibility.ts'
import * as operations from './operations.ts'
import { poolList } from './schemas.ts'
import { viewSubnetPool } from './view.ts'

const path = '/v2.0/subnetpools'

/** https://docs.openstack.org/api-ref/network/v2/#subnet-pools-extension-subnetpools */
export const subnetPoolRoutes = [
  route({
    method: 'GET',
    path,
    status: 200,
    policy: 'get_subnetpool',
    handle: async (ctx, { rawQuery }) => {
      const listing = readListing(poolList, ctx.baseUrl + path, rawQuery)
      const rows = await operations.listSubnetPools(ctx, listing)
      return listBody(listing, rows, rows.map(viewSubnetPool))
    },
  }),
  route({
    method: 'POST',
    path,
    status: 201,
    policy: 'create_subnetpool',
    handle: async (ctx, { body }) => {
      const { pools, bulk } = await operations.createSubnetPools(ctx, body)
      const views = pools.map(viewSubnetPool)
      return bulk ? { subnetpools: views } : { subnetpool: views[0] }
    },
  }),
  route({
    method: 'GET',
    path: '/v2.0/subnetpools/:id',
    status: 200,
    policy: 'get_subnetpool',
    handle: async (ctx, { params, rawQuery }) => ({
      subnetpool: pickFields(fieldsAsked(rawQuery), viewSubnetPool(await operations.getSubnetPool(ctx, params.id))),
    }),
  }),
  route({
    method: 'PUT',
    path: '/v2.0/subnetpools/:id',
    status: 200,
    policy: 'update_subnetpool',
    handle: async (ctx, { params, body, headers }) => ({
      subnetpool: viewSubnetPool(
        await operations.updateSubnetPool(ctx, params.id, body, revisionAsked(headers['if-match'])),
      ),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v2.0/subnetpools/:id',
    status: 204,
    policy: 'delete_subnetpool',
    handle: async (ctx, { params, headers }) => {
      await operations.deleteSubnetPool(ctx, params.id, revisionAsked(headers['if-match']))
      return reply({ status: 204 })
    },
  }),
]
