import { createHash } from 'node:crypto'
import type { Ctx } from '#platform/context.ts'
import { listHashes, listHoldings } from '../images/store/images.ts'
import type { Stores } from './stores.ts'

/** An object that belongs to no image, in a store. */
export type Stranger = { readonly name: string; readonly store: string }

/** Data of an image that is gone, or not what it was; `store` is empty where no store has any. */
export type Loss = { readonly image: string; readonly store: string }

export type DataComparison = {
  readonly strangers: readonly Stranger[]
  readonly missing: readonly Loss[]
  /** Stores that could not be asked, so that nothing is known of what they hold. */
  readonly away: readonly string[]
}

const keyOf = (store: string, name: string): string => `${store} ${name}`

/** Whether images and their data agree: for the operator's doctor. */
export const createDataAudit = (stores: Stores) => ({
  compareData: async (ctx: Ctx): Promise<DataComparison> => {
    // Objects first: one that appears meanwhile has a row already.
    const objects: Stranger[] = []
    const away = new Set(stores.ids.filter((id) => stores.find(id) === undefined))
    for (const store of stores.all()) {
      try {
        for (const name of await store.list()) objects.push({ name, store: store.id })
      } catch (error) {
        ctx.log.warn({ err: error, store: store.id }, 'an image store could not be listed')
        away.add(store.id)
      }
    }
    const present = new Set(objects.map(({ name, store }) => keyOf(store, name)))
    const known = new Set<string>()
    const busy = new Set<string>()
    const missing: Loss[] = []
    for (const row of await listHoldings(ctx)) {
      const sources = stores.sourcesOf(row)
      for (const { store, name } of sources) known.add(keyOf(store.id, name))
      const holds = row.status === 'active' || row.status === 'deactivated'
      if (!holds || row.is_importing === 1) {
        busy.add(row.id)
        continue
      }
      // What others put there need not be among what a store lists: it is asked for.
      for (const { store, name } of sources) {
        if (away.has(store.id) || present.has(keyOf(store.id, name))) continue
        const size = await store.sizeOf(name).catch(() => 0)
        if (size === undefined) missing.push({ image: row.id, store: store.id })
      }
      if (sources.length > 0) continue
      // What is of its name may be the last that is left of it.
      busy.add(row.id)
      if (away.size === 0) missing.push({ image: row.id, store: '' })
    }
    const isStranger = ({ name, store }: Stranger): boolean => !known.has(keyOf(store, name)) && !busy.has(name)
    return { strangers: objects.filter(isStranger), missing, away: [...away] }
  },

  /** Reads everything that every store has of every image, and finds what is not what it was. */
  compareHashes: async (ctx: Ctx): Promise<Loss[]> => {
    const corrupt: Loss[] = []
    for (const row of await listHashes(ctx)) {
      for (const { store, name } of stores.sourcesOf(row)) {
        ctx.signal.throwIfAborted()
        const hash = createHash(row.os_hash_algo)
        try {
          for await (const part of (await store.read(name)) ?? []) if (Buffer.isBuffer(part)) hash.update(part)
        } catch (error) {
          ctx.log.warn({ err: error, image: row.id, store: store.id }, 'image data could not be read')
          continue
        }
        if (hash.digest('hex') !== row.os_hash_value) corrupt.push({ image: row.id, store: store.id })
      }
    }
    return corrupt
  },

  /** Removes data that no image has. Idempotent. */
  removeData: async (store: string, name: string): Promise<void> => {
    await stores.find(store)?.remove(name)
  },
})

export type DataAudit = ReturnType<typeof createDataAudit>
