import { notFound } from '#platform/errors.ts'
import { route } from '#platform/http/route.ts'
import { getServer } from '../servers/operations/read.ts'
import { cardsOf, viewAddresses } from '../servers/view.ts'

/** Addresses of a server: https://docs.openstack.org/api-ref/compute/#servers-ips-servers-ips */
export const serverIpRoutes = [
  route({
    method: 'GET',
    path: '/v2.1/servers/:server_id/ips',
    status: 200,
    policy: 'os_compute_api:ips:index',
    handle: async (ctx, { params }) => ({
      addresses: viewAddresses(cardsOf(await getServer(ctx, params.server_id, 'os_compute_api:ips:index')), false),
    }),
  }),
  route({
    method: 'GET',
    path: '/v2.1/servers/:server_id/ips/:label',
    status: 200,
    policy: 'os_compute_api:ips:show',
    handle: async (ctx, { params }) => {
      const addresses = viewAddresses(
        cardsOf(await getServer(ctx, params.server_id, 'os_compute_api:ips:show')),
        false,
      )[params.label]
      if (!addresses) throw notFound('Instance is not a member of specified network')
      return { [params.label]: addresses }
    },
  }),
]
