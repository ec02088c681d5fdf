import { route } from '#platform/http/route.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { viewServerGroup } from './view.ts'

/** Nova's server groups: https://docs.openstack.org/api-ref/compute/#server-groups-os-server-groups */
export const serverGroupRoutes = [
  route({
    method: 'GET',
    path: '/v2.1/os-server-groups',
    status: 200,
    policy: 'os_compute_api:os-server-groups:index',
    target: 'own',
    query: schemas.listServerGroups,
    lastCounts: true,
    handle: async (ctx, { query }) => ({
      server_groups: (await operations.listServerGroups(ctx, query)).map((group) => viewServerGroup(ctx, group)),
    }),
  }),
  route({
    method: 'POST',
    path: '/v2.1/os-server-groups',
    status: 200,
    policy: 'os_compute_api:os-server-groups:create',
    target: 'own',
    body: schemas.createServerGroup,
    handle: async (ctx, { body }) => ({
      server_group: viewServerGroup(ctx, await operations.createServerGroup(ctx, body.server_group)),
    }),
  }),
  route({
    method: 'GET',
    path: '/v2.1/os-server-groups/:id',
    status: 200,
    policy: 'os_compute_api:os-server-groups:show',
    handle: async (ctx, { params }) => ({
      server_group: viewServerGroup(ctx, await operations.getServerGroup(ctx, params.id)),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v2.1/os-server-groups/:id',
    status: 204,
    policy: 'os_compute_api:os-server-groups:delete',
    handle: (ctx, { params }) => operations.deleteServerGroup(ctx, params.id),
  }),
]
