import type { Ctx } from '#platform/context.ts'
import { methodNotAllowed } from '#platform/errors.ts'
import type { Reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import { getProvider } from '#placement/resource-providers/operations/list.ts'
import type { Provider } from '#placement/resource-providers/rules/provider-index.ts'
import type { Forest } from '#placement/resource-providers/operations/forest.ts'
import { providerPath } from '#placement/resource-providers/view.ts'
import { answer, latest } from '../answer.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { viewInventories, viewInventory } from './view.ts'

/** All inventories can be deleted at once from this version on; before, the method is unknown rather than the path. */
const DELETE_ALL = 5

/** Inventories: https://docs.openstack.org/api-ref/placement/#resource-provider-inventories */
export const inventoryRoutes = (forest: Forest) => [
  route({
    method: 'GET',
    path: '/resource_providers/:uuid/inventories',
    status: 200,
    policy: 'placement:resource_providers:inventories:list',
    reply: schemas.inventoriesReply,
    handle: async (ctx, { params }) => {
      return answerAll(ctx, await operations.listInventories(ctx, forest, params.uuid))
    },
  }),
  route({
    method: 'POST',
    path: '/resource_providers/:uuid/inventories',
    status: 201,
    policy: 'placement:resource_providers:inventories:create',
    body: schemas.createInventory,
    subject: (ctx, { uuid }) => getProvider(ctx, forest, uuid),
    reply: schemas.inventoryReply,
    handle: async (ctx, { params, body }) => {
      const { provider, inventory } = await operations.createInventory(ctx, forest, params.uuid, body)
      const headers = { location: `${ctx.baseUrl}${providerPath(provider.uuid)}/inventories/${body.resource_class}` }
      return answer(ctx, viewInventory(provider, inventory), { modified: inventory.updatedAt, headers })
    },
  }),
  route({
    method: 'PUT',
    path: '/resource_providers/:uuid/inventories',
    status: 200,
    policy: 'placement:resource_providers:inventories:update',
    body: schemas.setInventories,
    subject: (ctx, { uuid }) => getProvider(ctx, forest, uuid),
    reply: schemas.inventoriesReply,
    handle: async (ctx, { params, body }) =>
      answerAll(ctx, await operations.setInventories(ctx, forest, params.uuid, body)),
  }),
  route({
    method: 'DELETE',
    path: '/resource_providers/:uuid/inventories',
    status: 204,
    policy: 'placement:resource_providers:inventories:delete',
    handle: (ctx, { params }) => {
      if (ctx.version < DELETE_ALL) throw methodNotAllowed('')
      return operations.deleteInventories(ctx, forest, params.uuid)
    },
  }),
  route({
    method: 'GET',
    path: '/resource_providers/:uuid/inventories/:resource_class',
    status: 200,
    policy: 'placement:resource_providers:inventories:show',
    reply: schemas.inventoryReply,
    handle: async (ctx, { params }) => {
      const { provider, inventory } = await operations.getInventory(ctx, forest, params.uuid, params.resource_class)
      return answer(ctx, viewInventory(provider, inventory), { modified: inventory.updatedAt })
    },
  }),
  route({
    method: 'PUT',
    path: '/resource_providers/:uuid/inventories/:resource_class',
    status: 200,
    policy: 'placement:resource_providers:inventories:update',
    body: schemas.updateInventory,
    subject: (ctx, { uuid }) => getProvider(ctx, forest, uuid),
    reply: schemas.inventoryReply,
    handle: async (ctx, { params, body }) => {
      const { uuid, resource_class: name } = params
      const { provider, inventory } = await operations.updateInventory(ctx, forest, uuid, name, body)
      return answer(ctx, viewInventory(provider, inventory), { modified: inventory.updatedAt })
    },
  }),
  route({
    method: 'DELETE',
    path: '/resource_providers/:uuid/inventories/:resource_class',
    status: 204,
    policy: 'placement:resource_providers:inventories:delete',
    handle: (ctx, { params }) => operations.deleteInventory(ctx, forest, params.uuid, params.resource_class),
  }),
]

const answerAll = (ctx: Ctx, provider: Provider): Reply => {
  const times = [...provider.inventories.values()].map(({ updatedAt }) => updatedAt)
  return answer(ctx, viewInventories(provider), times.length === 0 ? { modified: null } : latest(times))
}
