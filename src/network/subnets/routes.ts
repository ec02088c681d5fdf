import type { Deps } from '../deps.ts'
import { resourceRoutes } from '../resource-routes.ts'
import { createSubnets } from './operations/create.ts'
import { deleteSubnet } from './operations/delete.ts'
import { getSubnet, listSubnets } from './operations/get.ts'
import { updateSubnet } from './operations/update.ts'
import { subnetList } from './schemas.ts'
import { viewSubnet, viewVisibleSubnet as view } from './view.ts'

/** https://docs.openstack.org/api-ref/network/v2/#subnets */
export const subnetRoutes = (deps: Deps) =>
  resourceRoutes({
    path: '/v2.0/subnets',
    name: 'subnet',
    spec: subnetList,
    list: async (ctx, listing) => {
      const rows = await listSubnets(ctx, listing)
      return { rows, views: rows.map(view) }
    },
    create: async (ctx, body) => {
      const { subnets, bulk } = await createSubnets(ctx, deps, body)
      return { views: subnets.map(({ row, external }) => viewSubnet(row, external)), bulk }
    },
    get: async (ctx, id) => view(await getSubnet(ctx, id)),
    update: async (ctx, id, body, revision) => view(await updateSubnet(ctx, deps, id, body, revision)),
    delete: (ctx, id, revision) => deleteSubnet(ctx, deps, id, revision),
  })
