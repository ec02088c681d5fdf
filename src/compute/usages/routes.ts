import { route } from '#platform/http/route.ts'
import { nextLink } from '../paging.ts'
import { listUsedServers } from './operations.ts'
import { readPeriod } from './rules.ts'
import * as schemas from './schemas.ts'
import { viewUsage } from './view.ts'

/** What servers used: https://docs.openstack.org/api-ref/compute/#usage-reports-os-simple-tenant-usage */
export const usageRoutes = [
  route({
    method: 'GET',
    path: '/v2.1/os-simple-tenant-usage',
    status: 200,
    policy: 'os_compute_api:os-simple-tenant-usage:list',
    query: schemas.showUsage,
    lastCounts: true,
    handle: async (ctx, { query, rawQuery }) => {
      const params = new URLSearchParams(rawQuery)
      const period = readPeriod(params, ctx.now)
      const { rows, more } = await listUsedServers(ctx, period, undefined, query)
      const links = nextLink(ctx, '/os-simple-tenant-usage', rawQuery, rows.at(-1)?.id, more)
      const projects = Map.groupBy(rows, (row) => row.project_id)
      return {
        tenant_usages: [...projects.values()].map((own) => viewUsage(ctx, own, period, params.get('detailed') === '1')),
        ...(links ? { tenant_usages_links: links } : {}),
      }
    },
  }),
  route({
    method: 'GET',
    path: '/v2.1/os-simple-tenant-usage/:tenant_id',
    status: 200,
    policy: 'os_compute_api:os-simple-tenant-usage:show',
    query: schemas.showUsage,
    lastCounts: true,
    handle: async (ctx, { params, query, rawQuery }) => {
      const period = readPeriod(new URLSearchParams(rawQuery), ctx.now)
      const { rows, more } = await listUsedServers(ctx, period, params.tenant_id, query)
      const links = nextLink(ctx, `/os-simple-tenant-usage/${params.tenant_id}`, rawQuery, rows.at(-1)?.id, more)
      return {
        tenant_usage: rows.length === 0 ? {} : viewUsage(ctx, rows, period, true),
        ...(links ? { tenant_usage_links: links } : {}),
      }
    },
  }),
]
