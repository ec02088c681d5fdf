import { createHash } from 'node:crypto'
import { Memcache } from 'memcache'
import type { Cache } from './cache.ts'

// memcached takes keys of 250 bytes without blanks, so every key becomes a digest.
const digest = (key: string): string => createHash('sha256').update(key).digest('base64url')

/**
 * A cache on memcached. A server that is away is a cache that knows nothing: reads answer null and writes are dropped.
 * @param url memcached://host:port
 */
export function connectMemcached(url: string): Cache {
  const { hostname, port } = new URL(url)
  const client = new Memcache({ nodes: [`${hostname}:${port || '11211'}`], timeout: 500 })
  return {
    get: async (key) => (await client.get(digest(key)).catch(() => undefined)) ?? null,
    set: async (key, value, ttlSeconds) => {
      await client.set(digest(key), value, Math.max(1, Math.ceil(ttlSeconds))).catch(() => undefined)
    },
    delete: async (key) => {
      await client.delete(digest(key)).catch(() => undefined)
    },
    close: async () => {
      await client.disconnect()
    },
  }
}
