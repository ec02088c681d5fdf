import type { Ctx } from '#platform/context.ts'
import { badRequest } from '#platform/errors.ts'
import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import type { PlacementDoor } from '../doors.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { viewAggregate, viewNewAggregate } from './view.ts'

/** Nova's host aggregates: https://docs.openstack.org/api-ref/compute/#host-aggregates-os-aggregates-os-aggregates */
export const aggregateRoutes = (placement: PlacementDoor) => [
  route({
    method: 'GET',
    path: '/v2.1/os-aggregates',
    status: 200,
    policy: 'os_compute_api:os-aggregates:index',
    handle: async (ctx) => ({
      aggregates: (await operations.listAggregates(ctx)).map((row) => viewAggregate(ctx, row)),
    }),
  }),
  route({
    method: 'POST',
    path: '/v2.1/os-aggregates',
    status: 200,
    policy: 'os_compute_api:os-aggregates:create',
    body: schemas.createAggregate,
    handle: async (ctx, { body }) => ({
      aggregate: viewNewAggregate(ctx, await operations.createAggregate(ctx, body.aggregate)),
    }),
  }),
  route({
    method: 'GET',
    path: '/v2.1/os-aggregates/:id',
    status: 200,
    policy: 'os_compute_api:os-aggregates:show',
    handle: async (ctx, { params }) => ({
      aggregate: viewAggregate(ctx, await operations.getAggregate(ctx, params.id)),
    }),
  }),
  route({
    method: 'PUT',
    path: '/v2.1/os-aggregates/:id',
    status: 200,
    policy: 'os_compute_api:os-aggregates:update',
    body: schemas.updateAggregate,
    handle: async (ctx, { params, body }) => ({
      aggregate: viewAggregate(ctx, await operations.updateAggregate(ctx, params.id, body.aggregate)),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v2.1/os-aggregates/:id',
    status: 200,
    policy: 'os_compute_api:os-aggregates:delete',
    handle: async (ctx, { params }) => {
      await operations.deleteAggregate(ctx, params.id)
      return reply({ status: 200 })
    },
  }),
  route({
    method: 'POST',
    path: '/v2.1/os-aggregates/:id/action',
    status: 200,
    // Each action has a rule of its own.
    policy: null,
    body: schemas.act,
    handle: async (ctx, { params, body }) => ({
      aggregate: viewAggregate(ctx, await act(ctx, placement, params.id, body)),
    }),
  }),
]

const act = (ctx: Ctx, placement: PlacementDoor, id: string, body: schemas.Act): Promise<operations.Aggregate> => {
  const [name] = Object.keys(body)
  ctx.authorize(`os_compute_api:os-aggregates:${name}`)
  if (body.add_host) return operations.addHost(ctx, placement, id, body.add_host.host)
  if (body.remove_host) return operations.removeHost(ctx, placement, id, body.remove_host.host)
  if (body.set_metadata) return operations.setMetadata(ctx, id, body.set_metadata.metadata)
  throw badRequest(`There is no such action: ${name}`)
}
