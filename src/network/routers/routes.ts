import { anyBody } from '../any-body.ts'
import { route } from '#platform/http/route.ts'
import type { Deps } from '../deps.ts'
import { resourceRoutes } from '../resource-routes.ts'
import { createRouters } from './operations/create.ts'
import { deleteRouter } from './operations/delete.ts'
import { getRouter, listRouters } from './operations/get.ts'
import { addInterface, removeInterface } from './operations/interfaces.ts'
import { changeExtraRoutes, updateRouter } from './operations/update.ts'
import { routerList } from './schemas.ts'
import { viewRouter } from './view.ts'

/** https://docs.openstack.org/api-ref/network/v2/#routers-routers */
export const routerRoutes = (deps: Deps) => [
  ...resourceRoutes({
    path: '/v2.0/routers',
    name: 'router',
    spec: routerList,
    list: async (ctx, listing) => {
      const rows = await listRouters(ctx, listing)
      return { rows, views: rows.map(viewRouter) }
    },
    create: async (ctx, body) => {
      const { routers, bulk } = await createRouters(ctx, deps, body)
      return { views: routers.map(viewRouter), bulk }
    },
    get: async (ctx, id) => viewRouter(await getRouter(ctx, id)),
    update: async (ctx, id, body, revision) => viewRouter(await updateRouter(ctx, deps, id, body, revision)),
    delete: (ctx, id, revision) => deleteRouter(ctx, deps, id, revision),
  }),
  route({
    method: 'PUT',
    path: '/v2.0/routers/:id/add_router_interface',
    status: 200,
    policy: 'add_router_interface',
    ...anyBody,
    handle: (ctx, { params, body }) => addInterface(ctx, deps, params.id, body),
  }),
  route({
    method: 'PUT',
    path: '/v2.0/routers/:id/remove_router_interface',
    status: 200,
    policy: 'remove_router_interface',
    ...anyBody,
    handle: (ctx, { params, body }) => removeInterface(ctx, deps, params.id, body),
  }),
  ...(['add_extraroutes', 'remove_extraroutes'] as const).map((action) =>
    route({
      method: 'PUT',
      path: `/v2.0/routers/:id/${action}`,
      status: 200,
      policy: action,
      ...anyBody,
      handle: async (ctx, { params, body }) => ({
        router: viewRouter(await changeExtraRoutes(ctx, deps, params.id, body, action)),
      }),
    }),
  ),
]
