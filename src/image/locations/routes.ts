import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import { addLocation, type Locating } from './operations/add.ts'
import { listLocations } from './operations/list.ts'
import * as schemas from './schemas.ts'

/** Locations: https://docs.openstack.org/api-ref/image/v2/#locations */
export const locationRoutes = (locating: Locating) => [
  route({
    method: 'GET',
    path: '/v2/images/:image_id/locations',
    status: 200,
    policy: 'fetch_image_location',
    target: 'read',
    handle: async (ctx, { params }) => reply({ body: await listLocations(ctx, locating.stores, params.image_id) }),
  }),
  route({
    method: 'POST',
    path: '/v2/images/:image_id/locations',
    status: 202,
    policy: 'add_image_location',
    body: schemas.addLocation,
    handle: (ctx, { params, body }) => addLocation(ctx, locating, params.image_id, body),
  }),
]
