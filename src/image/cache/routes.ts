import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import { oneHeader } from '../data/routes.ts'
import type { ImageCache } from './image-cache.ts'
import {
  cleanCache,
  clearCache,
  deleteCacheEntry,
  dropCopy,
  dropQueued,
  getCachedNodes,
  getCacheState,
  pruneCache,
  queueAny,
  queueImage,
} from './operations.ts'

/** The cache of images: https://docs.openstack.org/api-ref/image/v2/#cache-manage */
export const cacheRoutes = (cache: ImageCache) => [
  route({
    method: 'GET',
    path: '/v2/cache',
    status: 200,
    policy: 'cache_list',
    handle: () => getCacheState(cache),
  }),
  route({
    method: 'DELETE',
    path: '/v2/cache',
    status: 204,
    policy: 'cache_delete',
    handle: async (_ctx, { headers }) => {
      await clearCache(cache, (oneHeader(headers['x-image-cache-clear-target']) ?? '').toLowerCase())
    },
  }),
  route({
    method: 'PUT',
    path: '/v2/cache/:image_id',
    status: 202,
    policy: 'cache_image',
    handle: async (ctx, { params }) => {
      await queueImage(ctx, cache, params.image_id)
      return reply({ headers: {} })
    },
  }),
  route({
    method: 'DELETE',
    path: '/v2/cache/:image_id',
    status: 204,
    policy: 'cache_delete',
    handle: (ctx, { params }) => deleteCacheEntry(ctx, cache, params.image_id),
  }),
  route({
    method: 'GET',
    path: '/v2/cache/nodes/:image_id',
    status: 200,
    policy: 'list_cached_nodes',
    handle: (ctx, { params }) => getCachedNodes(ctx, cache, params.image_id),
  }),
  // What was there before /v2/cache, for the same cache.
  route({
    method: 'GET',
    path: '/v2/cached_images',
    status: 200,
    policy: 'manage_image_cache',
    handle: async () => ({ cached_images: (await getCacheState(cache)).cached_images }),
  }),
  route({
    method: 'DELETE',
    path: '/v2/cached_images',
    status: 200,
    policy: 'manage_image_cache',
    handle: async () => ({ num_deleted: (await clearCache(cache, 'cache')).cached }),
  }),
  route({
    method: 'DELETE',
    path: '/v2/cached_images/:image_id',
    status: 200,
    policy: 'manage_image_cache',
    handle: (_ctx, { params }) => dropCopy(cache, params.image_id),
  }),
  route({
    method: 'GET',
    path: '/v2/queued_images',
    status: 200,
    policy: 'manage_image_cache',
    handle: async () => ({ queued_images: (await getCacheState(cache)).queued_images }),
  }),
  route({
    method: 'DELETE',
    path: '/v2/queued_images',
    status: 200,
    policy: 'manage_image_cache',
    handle: async () => ({ num_deleted: (await clearCache(cache, 'queue')).queued }),
  }),
  route({
    method: 'PUT',
    path: '/v2/queued_images/:image_id',
    status: 200,
    policy: 'manage_image_cache',
    handle: (_ctx, { params }) => queueAny(cache, params.image_id),
  }),
  route({
    method: 'DELETE',
    path: '/v2/queued_images/:image_id',
    status: 200,
    policy: 'manage_image_cache',
    handle: (_ctx, { params }) => dropQueued(cache, params.image_id),
  }),
  route({
    method: 'POST',
    path: '/v2/cache/clean',
    status: 200,
    policy: 'cache_clean',
    handle: async (ctx) => {
      await cleanCache(ctx, cache)
      return reply({ headers: {} })
    },
  }),
  route({
    method: 'POST',
    path: '/v2/cache/prune',
    status: 200,
    policy: 'cache_prune',
    handle: () => pruneCache(cache),
  }),
]
