import { route } from '#platform/http/route.ts'
import type { NetworkDoor } from '../doors.ts'

/** For clients that do not ask the network: https://docs.openstack.org/api-ref/compute/#floating-ip-pools-os-floating-ip-pools-deprecated */
export const floatingIpPoolRoutes = (network: NetworkDoor) => [
  route({
    method: 'GET',
    path: '/v2.1/os-floating-ip-pools',
    status: 200,
    until: 35,
    policy: 'os_compute_api:os-floating-ip-pools',
    handle: async (ctx) => ({
      floating_ip_pools: (await network.listExternalNetworks(ctx)).map(({ id, name }) => ({ name: name || id })),
    }),
  }),
]
