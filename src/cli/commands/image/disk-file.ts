// A file that may be an image: what it is, told by its bytes alone, and what it shall be called.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import path from 'node:path'
import { type Compression, decompress, detectCompression } from '#lib/compression/decompress.ts'
import { createInspector } from '#lib/image-format/inspect.ts'

/** A disk in a file, perhaps packed. `id` is the same for the same disk by the same name. */
export type DiskFile = {
  readonly id: string
  readonly name: string
  readonly format: string
  readonly hash: string
  readonly size: number
  readonly open: () => AsyncIterable<Buffer>
}

export type Verdict = DiskFile | { readonly refusal: 'no-disk' } | { readonly refusal: 'unsafe'; readonly why: string }

const FORMATS: ReadonlySet<string> = new Set(['raw', 'qcow2', 'vmdk', 'vdi', 'vhd', 'vhdx', 'iso'])
const DISK_ENDINGS = /\.(img|raw|qcow2?|vmdk|vdi|vhdx?|vpc|iso)$/i
const PACKED_ENDINGS = /\.(gz|zip|xz|zst)$/i
const CHUNK = 1024 * 1024

/**
 * Looks at all of a file. What nothing recognises counts as a raw disk only where its name says so.
 * @throws CompressionError where a packed file is broken
 */
export const inspectFile = async (file: string, signal: AbortSignal): Promise<Verdict> => {
  const packed = await detectCompression(file)
  const open = (): AsyncIterable<Buffer> => contentsOf(file, packed, signal)
  const inspector = createInspector()
  const sha512 = createHash('sha512')
  for await (const chunk of open()) {
    inspector.feed(chunk)
    sha512.update(chunk)
  }
  const { format: found, formats, problems, actualSize } = inspector.finish()
  if (found === undefined) return { refusal: 'unsafe', why: formats.join(', ') }
  const format = found === 'gpt' ? 'raw' : found
  const inner = packed === undefined ? path.basename(file) : path.basename(file).replace(PACKED_ENDINGS, '')
  const isNamed = DISK_ENDINGS.test(inner)
  if (!FORMATS.has(format) || actualSize === 0 || (found === 'raw' && !isNamed)) return { refusal: 'no-disk' }
  const [problem] = problems
  if (problem !== undefined) return { refusal: 'unsafe', why: problem.reason }
  const name = inner.replace(DISK_ENDINGS, '').slice(0, 255)
  const hash = sha512.digest('hex')
  return { id: idOf(name, hash), name, format, hash, size: actualSize, open }
}

async function* contentsOf(
  file: string,
  packed: Compression | undefined,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void> {
  const source = packed === undefined ? createReadStream(file, { highWaterMark: CHUNK, signal }) : undefined
  for await (const chunk of source ?? decompress(file, packed ?? 'gzip', signal))
    if (Buffer.isBuffer(chunk)) yield chunk
}

/** A UUID (version 8) that only this name and these bytes have. */
const idOf = (name: string, hash: string): string => {
  const digest = createHash('sha256').update(`${name}\0${hash}`).digest('hex')
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`
}
