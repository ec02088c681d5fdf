import type { Deps } from '../deps.ts'
import { resourceRoutes } from '../resource-routes.ts'
import { createFloatingIps } from './operations/create.ts'
import { type FloatingIp, getFloatingIp, listFloatingIps } from './operations/get.ts'
import { deleteFloatingIp, updateFloatingIp } from './operations/update.ts'
import { floatingIpList } from './schemas.ts'
import { viewFloatingIp } from './view.ts'

const view = ({ row, port }: FloatingIp) => viewFloatingIp(row, port)

/** https://docs.openstack.org/api-ref/network/v2/#floating-ips-floatingips */
export const floatingIpRoutes = (deps: Deps) =>
  resourceRoutes({
    path: '/v2.0/floatingips',
    name: 'floatingip',
    spec: floatingIpList,
    list: async (ctx, listing) => {
      const found = await listFloatingIps(ctx, listing)
      return { rows: found.map(({ row }) => row), views: found.map(view) }
    },
    create: async (ctx, body) => {
      const { floatingIps, bulk } = await createFloatingIps(ctx, deps, body)
      return { views: floatingIps.map(view), bulk }
    },
    get: async (ctx, id) => view(await getFloatingIp(ctx, id)),
    update: async (ctx, id, body, revision) => view(await updateFloatingIp(ctx, deps, id, body, revision)),
    delete: (ctx, id, revision) => deleteFloatingIp(ctx, deps, id, revision),
  })
