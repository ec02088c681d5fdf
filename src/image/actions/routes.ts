import { route } from '#platform/http/route.ts'
import { deactivateImage, reactivateImage } from './operations.ts'

/** Deactivate, reactivate: https://docs.openstack.org/api-ref/image/v2/#deactivate-image */
export const actionRoutes = [
  route({
    method: 'POST',
    path: '/v2/images/:image_id/actions/deactivate',
    status: 204,
    policy: 'deactivate',
    handle: (ctx, { params }) => deactivateImage(ctx, params.image_id),
  }),
  route({
    method: 'POST',
    path: '/v2/images/:image_id/actions/reactivate',
    status: 204,
    policy: 'reactivate',
    handle: (ctx, { params }) => reactivateImage(ctx, params.image_id),
  }),
]
