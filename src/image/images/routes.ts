import type { Ctx } from '#platform/context.ts'
import { renderedJson, reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import { Type } from 'typebox'
import type { ImageCache } from '../cache/image-cache.ts'
import { oneHeader } from '../data/routes.ts'
import type { StageHosts } from '../imports/hosts/stage-hosts.ts'
import type { Stores } from '../data/stores.ts'
import type { Limits } from '../limits/operations.ts'
import type { LocationDeps } from '../locations/operations/patch.ts'
import type { ShowLocations } from '../locations/view.ts'
import { createImage } from './operations/create.ts'
import { deleteImage } from './operations/delete.ts'
import { getImage } from './operations/find.ts'
import { listImages } from './operations/list.ts'
import { updateImage } from './operations/update.ts'
import { renderImages } from './rendered.ts'
import { parseListQuery } from './rules/list-query.ts'
import { draftOf, parsePatch } from './rules/patch.ts'
import * as schemas from './schemas.ts'
import { viewImage, viewImages } from './view.ts'

/** What the routes of images need. */
export type ImageRouteDeps = {
  readonly stores: Stores
  readonly hosts: StageHosts
  readonly limits: Limits
  readonly cache: ImageCache
  readonly locations: LocationDeps
  readonly showLocations: ShowLocations
}

/** Images: https://docs.openstack.org/api-ref/image/v2/#images */
export const imageRoutes = ({ stores, hosts, limits, cache, locations, showLocations }: ImageRouteDeps) => [
  route({
    method: 'GET',
    path: '/v2/images',
    status: 200,
    policy: 'get_images',
    handle: async (ctx, { rawQuery }) => {
      const query = [...new URLSearchParams(rawQuery)]
      const { images, next } = await listImages(ctx, parseListQuery(query))
      const body = viewImages(await renderImages(ctx, images, showLocations), query, next)
      return reply({ headers: { 'content-type': 'application/json' }, body })
    },
  }),
  route({
    method: 'POST',
    path: '/v2/images',
    status: 201,
    policy: 'add_image',
    body: schemas.createImage,
    handle: async (ctx, { body }) => {
      const image = await createImage(ctx, limits, body)
      return reply({ headers: createdHeaders(ctx, stores, image.id), body: viewImage(image, showLocations) })
    },
  }),
  route({
    method: 'GET',
    path: '/v2/images/:image_id',
    status: 200,
    policy: 'get_image',
    handle: async (ctx, { params }) => renderedJson(viewImage(await getImage(ctx, params.image_id), showLocations)),
  }),
  route({
    method: 'PATCH',
    path: '/v2/images/:image_id',
    status: 200,
    policy: 'modify_image',
    body: Type.Unknown(),
    bodyOptional: true,
    handle: async (ctx, { params, body, headers }) => {
      const changes = parsePatch(body, draftOf(headers['content-type']))
      return renderedJson(viewImage(await updateImage(ctx, locations, params.image_id, changes), showLocations))
    },
  }),
  route({
    method: 'DELETE',
    path: '/v2/images/:image_id',
    status: 204,
    policy: 'delete_image',
    handle: async (ctx, { params, headers }) => {
      await deleteImage(ctx, { stores, hosts }, params.image_id, oneHeader(headers['x-auth-token']) ?? '')
      await cache.forget(params.image_id)
    },
  }),
]

const createdHeaders = (ctx: Ctx, { importMethods, ids }: Stores, id: string): Record<string, string> => ({
  'content-type': 'application/json',
  location: `${ctx.baseUrl}/v2/images/${id}`,
  ...(importMethods.length === 0 ? {} : { 'openstack-image-import-methods': importMethods.join(',') }),
  'openstack-image-store-ids': ids.join(','),
})
