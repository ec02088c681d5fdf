// Images as files of one directory. Data is written beside them under a name of its own and renamed when it is whole and
// on the disk: a reader sees all of it or nothing, and so does whoever starts after a crash.
import { type FileHandle, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { newHexId } from '#platform/ids.ts'
import { type ImageStore, isObjectName, StoreError, type StoreIdentity } from '../driver.ts'

const CHUNK = 1024 * 1024
/** Of so many zeros a hole is made. */
const HOLE = 1024 * 1024
const SYNC_WITHIN_MS = 1000
/** Data begins to go to the disk after so much, while more comes in: else all of it would be waited for in the end. */
const SYNC_EVERY = 64 * CHUNK

/** A store in the directory, which is made if need be. */
export const createFileStore = async (identity: StoreIdentity, directory: string): Promise<ImageStore> => {
  const incoming = join(directory, '.incoming')
  await mkdir(incoming, { recursive: true, mode: 0o750 })
  const pathOf = (name: string): string => {
    if (!isObjectName(name)) throw new Error(`not the name of an object: ${name}`)
    return join(directory, name)
  }
  const syncDirectory = createDirectorySync(directory)
  const beginSync = createDataSync()
  return {
    ...identity,
    type: 'file',
    isReadOnly: false,
    properties: { data_dir: directory, chunk_size: CHUNK, thin_provisioning: true },
    pathOf,
    write: async (name, source) => {
      const target = pathOf(name)
      const draft = join(incoming, `${name}.${newHexId()}`)
      try {
        await writeAll(draft, source, beginSync)
        await rename(draft, target)
        syncDirectory()
      } catch (error) {
        await removeFile(draft)
        throw toStoreError(error)
      }
    },
    read: async (name, range) => {
      const handle = await open(pathOf(name), 'r').catch(unlessMissing)
      return handle?.createReadStream({ highWaterMark: CHUNK, ...range }) satisfies Readable | undefined
    },
    sweep: async (before) => {
      for (const name of await readdir(incoming)) {
        const draft = join(incoming, name)
        const facts = await stat(draft).catch(unlessMissing)
        if (facts !== undefined && facts.mtimeMs < before) await removeFile(draft)
      }
    },
    list: async () => (await readdir(directory)).filter((name) => isObjectName(name)),
    sizeOf: async (name) => (await stat(pathOf(name)).catch(unlessMissing))?.size,
    remove: (name) => removeFile(pathOf(name)),
    isInUse: () => Promise.resolve(false),
    urlOf: (name) => `file://${pathOf(name)}`,
    nameOf: (url) => {
      const name = url.startsWith(`file://${directory}/`) ? url.slice(`file://${directory}/`.length) : ''
      return isObjectName(name) ? name : undefined
    },
  }
}

const ZEROS = Buffer.alloc(HOLE)

/** The parts of a piece that hold something: what is empty for the whole of a hole's size is left out. */
function* filledParts(piece: Uint8Array): Generator<{ readonly from: number; readonly to: number }> {
  let from = 0
  for (let at = 0; at + HOLE <= piece.length; at += HOLE) {
    if (!ZEROS.equals(piece.subarray(at, at + HOLE))) continue
    if (from < at) yield { from, to: at }
    from = at + HOLE
  }
  if (from < piece.length) yield { from, to: piece.length }
}

type BeginSync = (file: FileHandle) => Promise<void>

/**
 * Begins to bring what was written to the disk, unless some other data is on its way there: uploads at once may not keep all
 * threads of the pool waiting. What goes wrong is known in the end.
 */
const createDataSync = (): BeginSync => {
  let isSyncing = false
  return async (file) => {
    if (isSyncing) return
    isSyncing = true
    try {
      await file.datasync()
    } finally {
      isSyncing = false
    }
  }
}

const writePart = async (file: FileHandle, part: Uint8Array, position: number): Promise<void> => {
  for (let at = 0; at < part.length; ) {
    const { bytesWritten } = await file.write(part, at, part.length - at, position + at)
    at += bytesWritten
  }
}

/** What is empty becomes a hole, which takes no room on the disk. */
const writeAll = async (path: string, source: AsyncIterable<Uint8Array>, beginSync: BeginSync): Promise<void> => {
  const file = await open(path, 'wx', 0o640)
  let syncing = Promise.resolve()
  try {
    let size = 0
    let written = 0
    let unsynced = 0
    for await (const piece of source) {
      for (const { from, to } of filledParts(piece)) {
        await writePart(file, piece.subarray(from, to), size + from)
        written = size + to
        unsynced += to - from
      }
      size += piece.length
      if (unsynced < SYNC_EVERY) continue
      unsynced = 0
      syncing = Promise.all([syncing, beginSync(file)]).then(() => undefined)
      syncing.catch(() => undefined)
    }
    if (written < size) await file.truncate(size)
    await syncing
    await file.datasync()
  } finally {
    await syncing.catch(() => undefined)
    await file.close()
  }
}

/**
 * A name that was given is only kept through a power cut once its directory is on the disk too: at most a second later, for
 * all names of that second together. A sync for each would cost as much as all else of a small upload, and the database's
 * own word of it reaches the disk later still.
 */
const createDirectorySync = (path: string): (() => void) => {
  let timer: NodeJS.Timeout | undefined
  const sync = async (): Promise<void> => {
    const directory = await open(path, 'r')
    try {
      await directory.datasync()
    } finally {
      await directory.close()
    }
  }
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined
      // A directory that cannot be synced (some network file systems) keeps its names in its own way.
      sync().catch(() => undefined)
    }, SYNC_WITHIN_MS).unref()
  }
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : ''

const unlessMissing = (error: unknown): undefined => {
  if (codeOf(error) !== 'ENOENT') throw error
}

/** Not by `rm`, which looks at the file first, and keeps the whole program waiting for that. */
const removeFile = (path: string): Promise<void> => unlink(path).catch(unlessMissing)

const toStoreError = (error: unknown): unknown => {
  const code = codeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new StoreError('full', 'There is not enough disk space on the image storage media.', error)
  }
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
    return new StoreError('denied', 'Permission to write image storage media denied.', error)
  }
  return error
}
