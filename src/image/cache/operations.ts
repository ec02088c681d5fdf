import type { Ctx } from '#platform/context.ts'
import { badRequest, conflict, notFound } from '#platform/errors.ts'
import { isUuid } from '#platform/ids.ts'
import { findVisible, isAdmin } from '../images/operations/find.ts'
import type { ImageCache } from './image-cache.ts'
import type { CachedImage, LocalCache, Pruned } from './local-cache.ts'
import { listNodes } from './store.ts'

/** @throws notFound where there is no cache */
const localOf = (cache: ImageCache): LocalCache => {
  const local = cache.local()
  if (local === undefined) throw notFound('Caching via API is not supported at this site.')
  return local
}

export const getCacheState = async (
  cache: ImageCache,
): Promise<{ cached_images: CachedImage[]; queued_images: string[] }> => {
  const local = localOf(cache)
  return { cached_images: local.list(), queued_images: await local.queued() }
}

/** @throws notFound, badRequest (no data yet) */
export const queueImage = async (ctx: Ctx, cache: ImageCache, id: string): Promise<void> => {
  const image = await findVisible(ctx, id, isAdmin(ctx))
  if (image === undefined) throw notFound(`Image ${id} not found.`)
  localOf(cache)
  if (image.status !== 'active') throw badRequest('Only images with status active can be targeted for queueing')
  await cache.queue(image.id)
}

/** Removes an image from the cache and its queue; the image itself may be gone. @throws notFound */
export const deleteCacheEntry = async (ctx: Ctx, cache: ImageCache, id: string): Promise<void> => {
  const image = await findVisible(ctx, id, isAdmin(ctx))
  const local = localOf(cache)
  const isKnown = local.list().some((each) => each.image_id === id) || (await local.isQueued(id))
  if (image === undefined && !isKnown) throw notFound(`Image ${id} not found.`)
  if (!isUuid(id)) return
  await local.unqueue(id)
  await local.remove(id)
}

/** Removes a copy, if there is one. @throws notFound where there is no cache */
export const dropCopy = async (cache: ImageCache, id: string): Promise<null> => {
  const local = localOf(cache)
  if (isUuid(id)) await local.remove(id)
  return null
}

/** Removes an image from the queue, if it is there. @throws notFound where there is no cache */
export const dropQueued = async (cache: ImageCache, id: string): Promise<null> => {
  const local = localOf(cache)
  if (isUuid(id)) await local.unqueue(id)
  return null
}

/** Queues an image without a look at it: whether it can be fetched shows when its turn comes. @throws notFound */
export const queueAny = async (cache: ImageCache, id: string): Promise<null> => {
  localOf(cache)
  if (!isUuid(id)) throw notFound(`Image ${id} not found.`)
  await cache.queue(id)
  return null
}

/**
 * @param target `cache`, `queue`, or empty for both
 * @returns how many of each are gone
 * @throws notFound, badRequest
 */
export const clearCache = async (cache: ImageCache, target: string): Promise<{ cached: number; queued: number }> => {
  const local = localOf(cache)
  if (target !== '' && target !== 'cache' && target !== 'queue') {
    throw badRequest("If provided 'x-image-cache-clear-target' must be 'cache', 'queue' or empty string.")
  }
  const queued = target === 'cache' ? [] : await local.queued()
  for (const id of queued) await local.unqueue(id)
  return { cached: target === 'queue' ? 0 : await local.clear(), queued: queued.length }
}

/** @throws notFound */
export const cleanCache = async (ctx: Ctx, cache: ImageCache): Promise<void> => {
  localOf(cache)
  await cache.clean(ctx)
}

/** @throws notFound */
export const pruneCache = (cache: ImageCache): Promise<Pruned> => localOf(cache).prune()

/** URLs of the controllers that have a copy of an image. @throws notFound, conflict where they do not tell each other */
export const getCachedNodes = async (ctx: Ctx, cache: ImageCache, id: string): Promise<string[]> => {
  localOf(cache)
  if (!cache.isKnownToOthers) throw conflict('Centralized caching is not enabled')
  const image = await findVisible(ctx, id, isAdmin(ctx))
  if (image === undefined) throw notFound(`Image ${id} not found.`)
  return listNodes(ctx, image.id)
}
