// Short-lived values that controllers share. Losing one is never an error: whoever reads it can make it again.
import { LRUCache } from 'lru-cache'
import { connectMemcached } from './memcached.ts'

/** The cache as its users see it. Values are text; keys are hashed by the implementation where they are long. */
export type Cache = {
  readonly get: (key: string) => Promise<string | null>
  readonly set: (key: string, value: string, ttlSeconds: number) => Promise<void>
  readonly delete: (key: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** A cache of this process alone: one controller needs no other. */
export function createMemoryCache(maxEntries = 50_000): Cache {
  const entries = new LRUCache<string, string>({ max: maxEntries, ttl: 3_600_000 })
  return {
    get: async (key) => entries.get(key) ?? null,
    set: async (key, value, ttlSeconds) => {
      entries.set(key, value, { ttl: ttlSeconds * 1000 })
    },
    delete: async (key) => {
      entries.delete(key)
    },
    close: async () => entries.clear(),
  }
}

/** Opens what the configuration names: `memcached://host:port`, or the cache of this process. */
export const openCache = (url: string): Cache => (url === '' ? createMemoryCache() : connectMemcached(url))
