import { route } from '#platform/http/route.ts'
import * as operations from './operations.ts'

/** Image tags: https://docs.openstack.org/api-ref/image/v2/#image-tags */
export const tagRoutes = [
  route({
    method: 'PUT',
    path: '/v2/images/:image_id/tags/:tag',
    status: 204,
    policy: 'modify_image',
    handle: (ctx, { params }) => operations.addTag(ctx, params.image_id, params.tag),
  }),
  route({
    method: 'DELETE',
    path: '/v2/images/:image_id/tags/:tag',
    status: 204,
    policy: 'modify_image',
    handle: (ctx, { params }) => operations.deleteTag(ctx, params.image_id, params.tag),
  }),
]
