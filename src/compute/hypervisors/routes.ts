import { route } from '#platform/http/route.ts'
import { isTrue } from '../parameters.ts'
import { nextLink } from '../paging.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { viewHypervisor, viewHypervisorBasic, viewStatistics } from './view.ts'

/** Nova's hypervisors: https://docs.openstack.org/api-ref/compute/#hypervisors-os-hypervisors */
export const hypervisorRoutes = [
  ...(['', '/detail'] as const).map((suffix) =>
    route({
      method: 'GET',
      path: `/v2.1/os-hypervisors${suffix}`,
      status: 200,
      policy: `os_compute_api:os-hypervisors:list${suffix === '' ? '' : '-detail'}`,
      query: schemas.listHypervisors,
      handle: async (ctx, { query, rawQuery }) => {
        const withServers = isTrue(query.with_servers)
        const { rows, more } = await operations.listHypervisors(ctx, query, withServers)
        const links = nextLink(ctx, `/os-hypervisors${suffix}`, rawQuery, rows.at(-1)?.id, more)
        const view = suffix === '' ? viewHypervisorBasic : viewHypervisor
        return {
          hypervisors: rows.map((row) => view(ctx, row, withServers)),
          ...(links ? { hypervisors_links: links } : {}),
        }
      },
    }),
  ),
  route({
    method: 'GET',
    path: '/v2.1/os-hypervisors/statistics',
    status: 200,
    until: 87,
    policy: 'os_compute_api:os-hypervisors:statistics',
    handle: async (ctx) => {
      const { rows } = await operations.listHypervisors(ctx, {}, false)
      return { hypervisor_statistics: viewStatistics(ctx, rows) }
    },
  }),
  route({
    method: 'GET',
    path: '/v2.1/os-hypervisors/:hypervisor_id',
    status: 200,
    policy: 'os_compute_api:os-hypervisors:show',
    query: schemas.showHypervisor,
    handle: async (ctx, { params, query }) => {
      const withServers = isTrue(query.with_servers)
      return {
        hypervisor: viewHypervisor(
          ctx,
          await operations.getHypervisor(ctx, params.hypervisor_id, withServers),
          withServers,
        ),
      }
    },
  }),
  route({
    method: 'GET',
    path: '/v2.1/os-hypervisors/:hypervisor_id/uptime',
    status: 200,
    until: 87,
    policy: 'os_compute_api:os-hypervisors:uptime',
    handle: async (ctx, { params }) => {
      const hypervisor = await operations.getHypervisor(ctx, params.hypervisor_id, false)
      return { hypervisor: { ...viewHypervisorBasic(ctx, hypervisor, false), uptime: hypervisor.facts.uptime } }
    },
  }),
  route({
    method: 'GET',
    path: '/v2.1/os-hypervisors/:hypervisor_id/search',
    status: 200,
    until: 52,
    policy: 'os_compute_api:os-hypervisors:search',
    handle: async (ctx, { params }) => ({
      hypervisors: (await operations.searchHypervisors(ctx, params.hypervisor_id, false)).map((row) =>
        viewHypervisorBasic(ctx, row, false),
      ),
    }),
  }),
  route({
    method: 'GET',
    path: '/v2.1/os-hypervisors/:hypervisor_id/servers',
    status: 200,
    until: 52,
    policy: 'os_compute_api:os-hypervisors:servers',
    handle: async (ctx, { params }) => ({
      hypervisors: (await operations.searchHypervisors(ctx, params.hypervisor_id, true)).map((row) => ({
        ...viewHypervisorBasic(ctx, row, false),
        ...(row.servers.length > 0 ? { servers: row.servers.map(({ id, name }) => ({ uuid: id, name })) } : {}),
      })),
    }),
  }),
]
