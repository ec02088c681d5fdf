import { route } from '#platform/http/route.ts'

const PROVIDERS = [{ service_type: 'L3_ROUTER_NAT', name: 'ovn', default: true }]

/** https://docs.openstack.org/api-ref/network/v2/#service-providers */
export const serviceProviderRoutes = [
  route({
    method: 'GET',
    path: '/v2.0/service-providers',
    status: 200,
    policy: null,
    handle: (ctx) => ({ service_providers: ctx.can('get_service_provider') ? PROVIDERS : [] }),
  }),
]
