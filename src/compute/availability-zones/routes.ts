import { route } from '#platform/http/route.ts'
import { listZones } from './operations.ts'

/** Nova's zones: https://docs.openstack.org/api-ref/compute/#availability-zones-os-availability-zone */
export const zoneRoutes = [
  route({
    method: 'GET',
    path: '/v2.1/os-availability-zone',
    status: 200,
    policy: 'os_compute_api:os-availability-zone:list',
    handle: (ctx) => listZones(ctx, false),
  }),
  route({
    method: 'GET',
    path: '/v2.1/os-availability-zone/detail',
    status: 200,
    policy: 'os_compute_api:os-availability-zone:detail',
    handle: (ctx) => listZones(ctx, true),
  }),
]
