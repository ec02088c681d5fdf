// The cache as the service uses it: it fetches what is queued, one image at a time, and gives what it has to downloads.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Readable } from 'node:stream'
import type { Ctx } from '#platform/context.ts'
import type { Clock } from '#platform/clock.ts'
import type { Log } from '#platform/log.ts'
import { createIntake } from '../data/intake.ts'
import { openData } from '../data/open-data.ts'
import type { Stores } from '../data/stores.ts'
import { findImage, findImages } from '../images/store/images.ts'
import type { ImageRow } from '../images/store/tables.ts'
import { type LocalCache, openLocalCache } from './local-cache.ts'
import { setCached } from './store.ts'

export type CacheSettings = {
  readonly image_cache_dir: string
  readonly image_cache_max_size: number
  readonly image_cache_stall_time: number
}

/** Whoever queues images sees them in the queue for a moment, and several together begin as one. */
const PAUSE_MS = 500
const CLEAN_MS = 600_000

export type ImageCache = ReturnType<typeof createImageCache>

/**
 * Makes the cache; without a directory there is none.
 * @param node URL of this controller, under which the others hear of what is here; null: they do not
 */
export const createImageCache = (
  settings: CacheSettings,
  node: string | null,
  stores: Stores,
  clock: Clock,
  log: Log,
) => {
  const ending = new AbortController()
  let cache: LocalCache | undefined
  let background: Ctx | undefined
  let working: Promise<void> | undefined
  let waking: NodeJS.Timeout | undefined
  let cleaning: NodeJS.Timeout | undefined

  const fetchImage = async (ctx: Ctx, local: LocalCache, id: string): Promise<void> => {
    const image = await findImage(ctx, id)
    if (image === undefined || image.status !== 'active' || image.size === null || image.checksum === null) return
    const { size, checksum } = image
    const source = local.fits(size) ? await openData(ctx, stores, image) : undefined
    if (source === undefined) return
    const intake = createIntake(source, size, () => ending.signal.throwIfAborted())
    await local.write(id, { size, checksum }, intake.bytes, () => intake.facts().checksum === checksum)
  }

  /** Fetches until the queue is empty. What fails leaves the queue: it can be queued again. */
  const work = async (ctx: Ctx, local: LocalCache): Promise<void> => {
    for (let [id] = await local.queued(); id !== undefined && !ending.signal.aborted; [id] = await local.queued()) {
      try {
        await fetchImage(ctx, local, id)
      } catch (error) {
        // What the end of the program cut short is fetched by the next one.
        if (ending.signal.aborted) return
        log.warn({ err: error, image: id }, 'an image could not be cached')
      }
      await local.unqueue(id)
    }
  }

  const wake = (): void => {
    if (cache === undefined || background === undefined || working !== undefined) return
    working = work(background, cache)
      .catch((error: unknown) => log.error({ err: error }, 'the image cache cannot be written'))
      .finally(() => {
        working = undefined
      })
  }

  /** Removes what is no longer an image's, and what was left half done. */
  const clean = async (ctx: Ctx): Promise<void> => {
    if (cache === undefined) return
    await cache.sweep(clock.now() - settings.image_cache_stall_time * 1000)
    const queued = await cache.queued()
    const cached = cache.list().map(({ image_id: id }) => id)
    const found = cached.length + queued.length === 0 ? [] : await findImages(ctx, [...cached, ...queued])
    const images = new Map(found.map((image) => [image.id, image]))
    for (const id of cached) if (!cache.has(id, images.get(id)?.checksum ?? null)) await cache.remove(id)
    for (const id of queued) if (!images.has(id)) await cache.unqueue(id)
  }

  const wakeSoon = (): void => {
    waking ??= setTimeout(() => {
      waking = undefined
      wake()
    }, PAUSE_MS)
  }

  return {
    isKnownToOthers: node !== null,
    /** What is there; undefined where there is no cache. */
    local: (): LocalCache | undefined => cache,
    open: async (ctx: Ctx): Promise<void> => {
      if (settings.image_cache_dir === '') return
      background = ctx
      const tell = async (ids: readonly string[]) => (node === null ? undefined : setCached(ctx, node, ids))
      cache = await openLocalCache(settings.image_cache_dir, settings.image_cache_max_size, clock, tell)
      await cache.save()
      wake()
      cleaning = setInterval(() => {
        clean(ctx).catch((error: unknown) => log.warn({ err: error }, 'the image cache was not cleaned'))
      }, CLEAN_MS)
    },
    close: async (): Promise<void> => {
      ending.abort()
      clearTimeout(waking)
      clearInterval(cleaning)
      await working
      await cache?.save()
    },
    /** Waits until nothing is fetched. */
    idle: async (): Promise<void> => {
      const isBusy = (): boolean => working !== undefined || waking !== undefined
      while (isBusy()) await (working ?? sleep(PAUSE_MS / 10))
    },
    queue: async (id: string): Promise<void> => {
      await cache?.queue(id)
      wakeSoon()
    },
    /** Lets go of an image that was deleted. */
    forget: async (id: string): Promise<void> => {
      await cache?.remove(id)
    },
    /** The bytes of an image for somebody who wants all of them. What has to come from afar is fetched for the next one. */
    read: async (image: ImageRow): Promise<Readable | undefined> => {
      const { id, checksum, status } = image
      if (cache === undefined || checksum === null) return undefined
      const data = await cache.read(id, checksum)
      if (data !== undefined || status !== 'active') return data
      const isHere = stores.sourcesOf(image).some(({ store, name }) => store.pathOf(name) !== undefined)
      if (!isHere && !cache.has(id, checksum)) {
        await cache.queue(id)
        wakeSoon()
      }
      return undefined
    },
    clean,
  }
}
