import { resourceRoutes } from '../resource-routes.ts'
import * as operations from './operations.ts'
import { poolList } from './schemas.ts'
import { viewSubnetPool } from './view.ts'

/** https://docs.openstack.org/api-ref/network/v2/#subnet-pools-extension-subnetpools */
export const subnetPoolRoutes = resourceRoutes({
  path: '/v2.0/subnetpools',
  name: 'subnetpool',
  spec: poolList,
  list: async (ctx, listing) => {
    const rows = await operations.listSubnetPools(ctx, listing)
    return { rows, views: rows.map(viewSubnetPool) }
  },
  create: async (ctx, body) => {
    const { pools, bulk } = await operations.createSubnetPools(ctx, body)
    return { views: pools.map(viewSubnetPool), bulk }
  },
  get: async (ctx, id) => viewSubnetPool(await operations.getSubnetPool(ctx, id)),
  update: async (ctx, id, body, revision) => viewSubnetPool(await operations.updateSubnetPool(ctx, id, body, revision)),
  delete: (ctx, id, revision) => operations.deleteSubnetPool(ctx, id, revision),
})
