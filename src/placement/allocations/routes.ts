import { route } from '#platform/http/route.ts'
import type { Forest } from '#placement/resource-providers/operations/forest.ts'
import { answer, latest } from '../answer.ts'
import { listByConsumer, listByProvider } from './operations/list.ts'
import * as operations from './operations/set.ts'
import * as schemas from './schemas.ts'
import { viewConsumer, viewProvider } from './view.ts'

/** Allocations: https://docs.openstack.org/api-ref/placement/#allocations */
export const allocationRoutes = (forest: Forest) => [
  route({
    method: 'POST',
    path: '/allocations',
    since: 13,
    status: 204,
    policy: 'placement:allocations:manage',
    body: schemas.postAllocations,
    bodyLimit: 16 * 1024 * 1024,
    handle: (ctx, { body }) => operations.postAllocations(ctx, forest, body),
  }),
  route({
    method: 'GET',
    path: '/allocations/:consumer_uuid',
    status: 200,
    policy: 'placement:allocations:list',
    reply: schemas.consumerReply,
    handle: async (ctx, { params }) => {
      const held = await listByConsumer(ctx, forest, params.consumer_uuid)
      return answer(ctx, viewConsumer(ctx, held), latest(held.allocations.map((row) => row.created_at)))
    },
  }),
  route({
    method: 'PUT',
    path: '/allocations/:consumer_uuid',
    status: 204,
    policy: 'placement:allocations:update',
    body: schemas.setAllocations,
    handle: (ctx, { params, body }) => operations.setAllocations(ctx, forest, params.consumer_uuid, body),
  }),
  route({
    method: 'DELETE',
    path: '/allocations/:consumer_uuid',
    status: 204,
    policy: 'placement:allocations:delete',
    handle: (ctx, { params }) => operations.deleteAllocations(ctx, forest, params.consumer_uuid),
  }),
  route({
    method: 'GET',
    path: '/resource_providers/:uuid/allocations',
    status: 200,
    policy: 'placement:resource_providers:allocations:list',
    handle: async (ctx, { params }) => {
      const held = await listByProvider(ctx, forest, params.uuid)
      return answer(ctx, viewProvider(ctx, held), latest(held.allocations.map((row) => row.created_at)))
    },
  }),
]
