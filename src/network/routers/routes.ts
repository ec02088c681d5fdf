import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import type { Deps } from '../deps.ts'
import { listBody, pickFields, readListing } from '../listing/listing.ts'
import { fieldsAsked, revisionAsked } from '../visibility.ts'
import { createRouters } from './operations/create.ts'
import { deleteRouter } from './operations/delete.ts'
import { getRouter, listRouters } from './operations/get.ts'
import { addInterface, removeInterface } from './operations/interfaces.ts'
import { changeExtraRoutes, updateRouter } from './operations/update.ts'
import { routerList } from './schemas.ts'
import { viewRouter } from './view.ts'

const path = '/v2.0/routers'

/** https://docs.openstack.org/api-ref/network/v2/#routers-routers */
export const routerRoutes = (deps: Deps) => [
  route({
    method: 'GET',
    path,
    status: 200,
    policy: 'get_router',
    handle: async (ctx, { rawQuery }) => {
      const listing = readListing(routerList, ctx.baseUrl + path, rawQuery)
      const rows = await listRouters(ctx, listing)
      return listBody(listing, rows, rows.map(viewRouter))
    },
  }),
  route({
    method: 'POST',
    path,
    status: 201,
    policy: 'create_router',
    handle: async (ctx, { body }) => {
      const { routers, bulk } = await createRouters(ctx, deps, body)
      const views = routers.map(viewRouter)
      return bulk ? { routers: views } : { router: views[0] }
    },
  }),
  route({
    method: 'GET',
    path: '/v2.0/routers/:id',
    status: 200,
    policy: 'get_router',
    handle: async (ctx, { params, rawQuery }) => ({
      router: pickFields(fieldsAsked(rawQuery), viewRouter(await getRouter(ctx, params.id))),
    }),
  }),
  route({
    method: 'PUT',
    path: '/v2.0/routers/:id',
    status: 200,
    policy: 'update_router',
    handle: async (ctx, { params, body, headers }) => ({
      router: viewRouter(await updateRouter(ctx, deps, params.id, body, revisionAsked(headers['if-match']))),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v2.0/routers/:id',
    status: 204,
    policy: 'delete_router',
    handle: async (ctx, { params, headers }) => {
      await deleteRouter(ctx, deps, params.id, revisionAsked(headers['if-match']))
      return reply({ status: 204 })
    },
  }),
  route({
    method: 'PUT',
    path: '/v2.0/routers/:id/add_router_interface',
    status: 200,
    policy: 'add_router_interface',
    handle: (ctx, { params, body }) => addInterface(ctx, deps, params.id, body),
  }),
  route({
    method: 'PUT',
    path: '/v2.0/routers/:id/remove_router_interface',
    status: 200,
    policy: 'remove_router_interface',
    handle: (ctx, { params, body }) => removeInterface(ctx, deps, params.id, body),
  }),
  ...(['add_extraroutes', 'remove_extraroutes'] as const).map((action) =>
    route({
      method: 'PUT',
      path: `/v2.0/routers/:id/${action}`,
      status: 200,
      policy: action,
      handle: async (ctx, { params, body }) => ({
        router: viewRouter(await changeExtraRoutes(ctx, deps, params.id, body, action)),
      }),
    }),
  ),
]
