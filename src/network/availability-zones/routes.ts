import { route } from '#platform/http/route.ts'
import type { Deps } from '../deps.ts'

/** Zones that hosts have named, for networks and for routers: in OVN both are where the gateways are. */
const zones = ({ fabric }: Deps) => {
  const names = [...new Set(fabric.chassis().flatMap((chassis) => chassis.availabilityZones))].sort()
  return names.flatMap((name) =>
    (['network', 'router'] as const).map((resource) => ({ name, resource, state: 'available' })),
  )
}

/** https://docs.openstack.org/api-ref/network/v2/#availability-zones */
export const availabilityZoneRoutes = (deps: Deps) => [
  route({
    method: 'GET',
    path: '/v2.0/availability_zones',
    status: 200,
    policy: null,
    handle: (ctx) => ({ availability_zones: ctx.can('get_availability_zone') ? zones(deps) : [] }),
  }),
]
