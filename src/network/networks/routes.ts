import type { Deps } from '../deps.ts'
import { resourceRoutes } from '../resource-routes.ts'
import { createNetworks } from './operations/create.ts'
import { deleteNetwork } from './operations/delete.ts'
import { getNetwork, listNetworks, seesProvider } from './operations/get.ts'
import { updateNetwork } from './operations/update.ts'
import { networkList } from './schemas.ts'
import { viewNetwork } from './view.ts'

/** https://docs.openstack.org/api-ref/network/v2/#networks */
export const networkRoutes = (deps: Deps) =>
  resourceRoutes({
    path: '/v2.0/networks',
    name: 'network',
    spec: networkList,
    list: async (ctx, listing) => {
      const rows = await listNetworks(ctx, listing)
      const provider = seesProvider(ctx)
      return { rows, views: rows.map((row) => viewNetwork(row, provider)) }
    },
    create: async (ctx, body) => {
      const { networks, bulk } = await createNetworks(ctx, deps, body)
      const provider = seesProvider(ctx)
      return { views: networks.map((row) => viewNetwork(row, provider)), bulk }
    },
    get: async (ctx, id) => viewNetwork(await getNetwork(ctx, id), seesProvider(ctx)),
    update: async (ctx, id, body, revision) =>
      viewNetwork(await updateNetwork(ctx, deps, id, body, revision), seesProvider(ctx)),
    delete: (ctx, id, revision) => deleteNetwork(ctx, deps, id, revision),
  })
