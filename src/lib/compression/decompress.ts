// Files that hold one compressed file: told by their first bytes, given back as a stream. What comes out may be thousands of times
// what went in: whoever reads it sets the limit.
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { pipeline, type Transform } from 'node:stream'
import { constants, createGunzip, createZstdDecompress } from 'node:zlib'
import { fromFd, type Entry, type ZipFile } from 'yauzl'
import { run, RunError } from '#lib/exec/run.ts'
import { streamOf } from '#lib/exec/stream.ts'

export type Compression = 'gzip' | 'zip' | 'xz' | 'zstd' | 'lha'

/** The data is not what its first bytes say, or is nothing that can be unpacked; in words for whoever sent it. */
export class CompressionError extends Error {}

const magic: readonly { readonly kind: Compression; readonly offset: number; readonly bytes: readonly number[] }[] = [
  { kind: 'zip', offset: 0, bytes: [0x50, 0x4b, 0x03, 0x04] },
  { kind: 'lha', offset: 2, bytes: [0x2d, 0x6c, 0x68] },
  { kind: 'gzip', offset: 0, bytes: [0x1f, 0x8b, 0x08] },
  { kind: 'xz', offset: 0, bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { kind: 'zstd', offset: 0, bytes: [0x28, 0xb5, 0x2f, 0xfd] },
]

/** How a file is compressed, as its first bytes say; undefined: not at all. */
export const detectCompression = async (file: string): Promise<Compression | undefined> => {
  const handle = await open(file, 'r')
  try {
    const head = Buffer.alloc(8)
    const { bytesRead } = await handle.read(head, 0, head.length, 0)
    const matches = ({ offset, bytes }: (typeof magic)[number]): boolean =>
      offset + bytes.length <= bytesRead && bytes.every((byte, at) => head[offset + at] === byte)
    return magic.find(matches)?.kind
  } finally {
    await handle.close()
  }
}

const CHUNK = 1024 * 1024
/** A crafted file may ask for any size of window. */
const MAX_WINDOW_LOG = 27
const XZ_MEMORY = 512 * 1024 * 1024
/** Other programs get no more memory than a crafted file may cost. */
const LIMITS = ['prlimit', `--as=${2 * XZ_MEMORY}`, '--'] as const
const TIMEOUT_MS = 6 * 3_600_000

/**
 * What a file holds.
 * @param signal ends it
 * @throws CompressionError while it is read
 */
export async function* decompress(file: string, kind: Compression, signal: AbortSignal): AsyncGenerator<Buffer, void> {
  try {
    yield* contents(file, kind, signal)
  } catch (error) {
    signal.throwIfAborted()
    const reason = reasonOf(error)
    throw reason === undefined ? error : new CompressionError(reason)
  }
}

async function* contents(file: string, kind: Compression, signal: AbortSignal): AsyncGenerator<Buffer, void> {
  switch (kind) {
    case 'lha':
      yield* onlyFileOfLha(file, signal)
      return
    case 'xz':
      yield* streamOf([...LIMITS, 'xz', '--decompress', '--stdout', `--memlimit=${XZ_MEMORY}`, '--', file], {
        timeoutMs: TIMEOUT_MS,
        signal,
      })
      return
    case 'zip':
      yield* onlyFileOf(file)
      return
    case 'gzip':
      yield* through(createGunzip(), file, 0)
      return
    case 'zstd':
      yield* framesOf(file)
  }
}

/** What a transformation makes of a file from a position on. A failure of either side reaches the reader. */
async function* through(unpack: Transform, file: string, start: number): AsyncGenerator<Buffer, void> {
  pipeline(createReadStream(file, { highWaterMark: CHUNK, start }), unpack, () => undefined)
  for await (const chunk of unpack) if (Buffer.isBuffer(chunk)) yield chunk
}

/** A zstd file is frames in a row, and a decompressor stops after the first. */
async function* framesOf(file: string): AsyncGenerator<Buffer, void> {
  const { size } = await stat(file)
  for (let start = 0; start < size; ) {
    const unpack = createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: MAX_WINDOW_LOG } })
    yield* through(unpack, file, start)
    if (unpack.bytesWritten === 0) throw new CompressionError('The data is no whole zstd file.')
    start += unpack.bytesWritten
  }
}

async function* onlyFileOf(file: string): AsyncGenerator<Buffer, void> {
  const handle = await open(file, 'r')
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    fromFd(handle.fd, { lazyEntries: true, autoClose: false }, (error, opened) =>
      error === null ? resolve(opened) : reject(error),
    )
  }).catch(async (error: unknown) => {
    await handle.close()
    throw error
  })
  try {
    if (zip.entryCount !== 1) throw new CompressionError('Archive contains more than one file.')
    const entry = await new Promise<Entry>((resolve, reject) => {
      zip.once('entry', resolve)
      zip.once('error', reject)
      zip.once('end', () => reject(new CompressionError('The archive is empty.')))
      zip.readEntry()
    })
    const data = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
      zip.openReadStream(entry, (error, stream) => (error === null ? resolve(stream) : reject(error)))
    })
    for await (const chunk of data) if (Buffer.isBuffer(chunk)) yield chunk
  } finally {
    await handle.close()
  }
}

/** `prlimit` finds no program of the name. */
const NO_PROGRAM = 127
const NO_LHA = 'The data is no whole LHA archive.'

/** The program gives what it can of a damaged archive, and calls that a success: what it says of a test comes first. */
async function* onlyFileOfLha(file: string, signal: AbortSignal): AsyncGenerator<Buffer, void> {
  const lhasa = [...LIMITS, 'lhasa'] as const
  const options = { timeoutMs: TIMEOUT_MS, signal }
  try {
    const { stdout } = await run([...lhasa, 'lq', file], options)
    const files = stdout.split('\n').filter((line) => line !== '')
    if (files.length > 1) throw new CompressionError('Archive contains more than one file.')
    if (files.length === 0) throw new CompressionError(NO_LHA)
    await run([...lhasa, 'tq', file], options)
  } catch (error) {
    if (!(error instanceof RunError) || (error.failure !== 'exit' && error.failure !== 'output')) throw error
    throw new CompressionError(error.code === NO_PROGRAM ? 'No lhafile available.' : NO_LHA)
  }
  yield* streamOf([...lhasa, 'pq', file], options)
}

/** What a failure says of the data; undefined where it says nothing of it. */
const reasonOf = (error: unknown): string | undefined => {
  if (error instanceof CompressionError) return error.message
  if (error instanceof RunError) return error.failure === 'exit' ? 'The data is no whole xz file.' : undefined
  if (!(error instanceof Error)) return undefined
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code.startsWith('Z_') || code.startsWith('ZSTD_')) return `The data cannot be decompressed: ${error.message}`
  // The reader of archives has no codes; the file system's failures have.
  return code === '' ? `The archive cannot be read: ${error.message}` : undefined
}
