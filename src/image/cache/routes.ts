import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import { oneHeader } from '../data/routes.ts'
import type { ImageCache } from './image-cache.ts'
import {
  cleanCache,
  clearCache,
  deleteCacheEntry,
  getCachedNodes,
  getCacheState,
  pruneCache,
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
    handle: (_ctx, { headers }) =>
      clearCache(cache, (oneHeader(headers['x-image-cache-clear-target']) ?? '').toLowerCase()),
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
    handle: () => getCachedNodes(cache),
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
