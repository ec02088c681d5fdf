import { route } from '#platform/http/route.ts'
import { getHost, type HostShare, listHosts } from './operations.ts'
import * as schemas from './schemas.ts'

/** Nova lists hypervisors and services since. */
const LAST = 42

const viewShare = (host: string, { project, cpu, memoryMb, diskGb }: HostShare) => ({
  resource: { host, project, cpu, memory_mb: memoryMb, disk_gb: diskGb },
})

/** https://docs.openstack.org/api-ref/compute/#hosts-os-hosts-deprecated */
export const hostRoutes = [
  route({
    method: 'GET',
    path: '/v2.1/os-hosts',
    status: 200,
    until: LAST,
    policy: 'os_compute_api:os-hosts:list',
    query: schemas.listHosts,
    lastCounts: true,
    handle: async (ctx, { query }) => ({
      hosts: (await listHosts(ctx, query)).map(({ host, service, zone }) => ({ host_name: host, service, zone })),
    }),
  }),
  route({
    method: 'GET',
    path: '/v2.1/os-hosts/:host_name',
    status: 200,
    until: LAST,
    policy: 'os_compute_api:os-hosts:show',
    handle: async (ctx, { params }) => ({
      host: (await getHost(ctx, params.host_name)).map((each) => viewShare(params.host_name, each)),
    }),
  }),
]
