// Copies of images on this machine, bounded in size: who was asked for longest ago goes first. What is there and what is queued
// outlives the process; each controller has its own.
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Clock } from '#platform/clock.ts'
import type { ImageStore } from '../drivers/driver.ts'
import { createFileStore } from '../drivers/file/file-store.ts'

const entry = Type.Object({
  image_id: Type.String(),
  hits: Type.Integer(),
  /** Seconds since the epoch; 0: never. */
  last_accessed: Type.Number(),
  last_modified: Type.Number(),
  size: Type.Integer(),
})
const index = Type.Array(Type.Object({ ...entry.properties, checksum: Type.String() }))

/** A cached image, as the API shows it. */
export type CachedImage = {
  readonly image_id: string
  readonly hits: number
  readonly last_accessed: number
  readonly last_modified: number
  readonly size: number
}
type Entry = CachedImage & { readonly checksum: string }

/** What was removed to make room. */
export type Pruned = { readonly total_files_pruned: number; readonly total_bytes_pruned: number }

export type LocalCache = Awaited<ReturnType<typeof openLocalCache>>

/**
 * Opens the cache in a directory, which is made if need be; what no record tells of is removed.
 * @param tell called with the ids of all that is there, after each change
 */
export const openLocalCache = async (
  directory: string,
  maxBytes: number,
  clock: Clock,
  tell: (ids: readonly string[]) => Promise<void>,
) => {
  const store: ImageStore = await createFileStore(
    { id: 'cache', description: '', weight: 0 },
    join(directory, 'images'),
  )
  const queueDirectory = join(directory, 'queue')
  await mkdir(queueDirectory, { recursive: true, mode: 0o750 })
  const entries = await readIndex(join(directory, 'index.json'), store)
  const seconds = (): number => clock.now() / 1000

  let saving = Promise.resolve()
  const save = (): Promise<void> => {
    const next = saving.then(async () => {
      const draft = join(directory, 'index.json.new')
      await writeFile(draft, JSON.stringify([...entries.values()]), { mode: 0o640 })
      await rename(draft, join(directory, 'index.json'))
      await tell([...entries.keys()])
    })
    // A save that fails is told to whoever asked for it, and not to the next one.
    saving = next.catch(() => undefined)
    return next
  }

  const remove = async (id: string): Promise<boolean> => {
    const isThere = entries.delete(id)
    if (isThere) {
      await save()
      await store.remove(id)
    }
    return isThere
  }

  const prune = async (room = 0): Promise<Pruned> => {
    const pruned = { total_files_pruned: 0, total_bytes_pruned: 0 }
    const oldest = [...entries.values()].sort((a, b) => usedAt(a) - usedAt(b))
    let total = oldest.reduce((sum, { size }) => sum + size, 0)
    for (const { image_id: id, size } of oldest) {
      if (total + room <= maxBytes) break
      await remove(id)
      total -= size
      pruned.total_files_pruned += 1
      pruned.total_bytes_pruned += size
    }
    return pruned
  }

  const queued = async (): Promise<string[]> => {
    const found: { id: string; at: number }[] = []
    for (const id of await readdir(queueDirectory)) {
      const facts = await stat(join(queueDirectory, id)).catch(() => undefined)
      if (facts !== undefined) found.push({ id, at: facts.mtimeMs })
    }
    return found.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).map(({ id }) => id)
  }
  /** Names here become paths, so they are ids of images that were found. */
  const pathOfQueued = (id: string): string => {
    if (!/^[0-9a-f-]{36}$/.test(id)) throw new Error(`not the id of an image: ${id}`)
    return join(queueDirectory, id)
  }

  return {
    list: (): CachedImage[] =>
      [...entries.values()]
        .sort((a, b) => (a.image_id < b.image_id ? -1 : 1))
        .map(({ checksum: _checksum, ...shown }) => shown),
    queued,
    queue: async (id: string): Promise<void> => {
      if (!entries.has(id)) await writeFile(pathOfQueued(id), '', { mode: 0o640 })
    },
    unqueue: (id: string): Promise<void> => rm(pathOfQueued(id), { force: true }),
    isQueued: async (id: string): Promise<boolean> => (await queued()).includes(id),
    has: (id: string, checksum: string | null): boolean => entries.get(id)?.checksum === checksum,
    /** The bytes, if exactly they are there; counts as a hit. */
    read: async (id: string, checksum: string | null): Promise<Readable | undefined> => {
      const known = entries.get(id)
      if (known === undefined || known.checksum !== checksum) return undefined
      const data = await store.read(id)
      if (data === undefined) {
        await remove(id)
        return undefined
      }
      entries.set(id, { ...known, hits: known.hits + 1, last_accessed: seconds() })
      return data
    },
    /** Whether so many bytes can be here at all. */
    fits: (size: number): boolean => size <= maxBytes,
    /**
     * Takes in an image; others go to make room.
     * @param check says afterwards whether the bytes were the right ones
     */
    write: async (
      id: string,
      { size, checksum }: { readonly size: number; readonly checksum: string },
      source: AsyncIterable<Uint8Array>,
      check: () => boolean,
    ): Promise<void> => {
      await prune(size)
      await store.write(id, source)
      if (!check()) {
        await store.remove(id)
        throw new Error(`the data of image ${id} is not what it should be`)
      }
      entries.set(id, { image_id: id, hits: 0, last_accessed: 0, last_modified: seconds(), size, checksum })
      await save()
    },
    remove,
    clear: async (): Promise<number> => {
      const ids = [...entries.keys()]
      for (const id of ids) await remove(id)
      return ids.length
    },
    prune,
    /** Removes what writes that were killed left, unless it was written to after `before` (ms since the epoch). */
    sweep: (before: number): Promise<void> => store.sweep(before),
    save,
  }
}

const usedAt = ({ last_accessed: used, last_modified: made }: Entry): number => Math.max(used, made)

const readIndex = async (file: string, store: ImageStore): Promise<Map<string, Entry>> => {
  const text = await readFile(file, 'utf8').catch(() => '[]')
  let known: unknown
  try {
    known = JSON.parse(text)
  } catch {
    known = []
  }
  const listed = Value.Check(index, known) ? known : []
  const entries = new Map<string, Entry>(listed.map((each) => [each.image_id, each]))
  for (const [id, { size }] of entries) if ((await store.sizeOf(id)) !== size) entries.delete(id)
  for (const id of await store.list()) if (!entries.has(id)) await store.remove(id)
  return entries
}
