// The one place that data passes on its way into a store. Little data is hashed here and now; of large data, chunks are gathered
// into blocks, which cost a store one write each and which threads can hash without a copy of their own.
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { createInspector, type Inspection } from '#lib/image-format/inspect.ts'
import { type Blocks, type Digests, openBlocks } from './digest/blocks.ts'
import { feed, giveUp, type Take } from './digest/feed.ts'

/** From here on threads are worth their while. */
const LARGE = 1024 * 1024

/** More data came than an image may have. */
export class TooLargeError extends Error {}

/** What is known of data once all of it has passed. */
export type Facts = {
  readonly size: number
  readonly checksum: string
  readonly hashAlgorithm: 'sha512'
  readonly hash: string
  readonly inspection: Inspection
}

/**
 * Data on its way into a store: read `bytes` to the end, then ask for the facts. What `bytes` gives is its reader's until it
 * asks for more.
 */
export type Intake = { readonly bytes: AsyncIterable<Uint8Array>; readonly facts: () => Facts }

/**
 * Measures data while it passes; memory does not grow with it.
 * @param source gives its chunks away: nobody else may read one afterwards
 * @param limit largest size in bytes; one byte more throws TooLargeError
 * @param onProgress called now and then, with the bytes so far
 */
export const createIntake = (
  source: AsyncIterable<unknown>,
  limit: number,
  onProgress: (size: number) => void = () => undefined,
): Intake => {
  const inspector = createInspector()
  let size = 0
  let digests: Digests | undefined

  const measure = (chunk: Buffer): void => {
    size += chunk.length
    if (size > limit) throw new TooLargeError()
    inspector.feed(chunk)
    onProgress(size)
  }

  async function* bytes(): AsyncGenerator<Uint8Array> {
    const stream = source instanceof Readable ? source : Readable.from(source)
    const little: Buffer[] = []
    const { promise: isKnown, resolve, reject } = Promise.withResolvers<undefined>()
    let large: Blocks | undefined
    const take: Take = (chunk) => {
      measure(chunk)
      if (large !== undefined) return large.fill(chunk)
      little.push(chunk)
      if (size < LARGE) return undefined
      large = openBlocks()
      resolve(undefined)
      return large.fill(Buffer.concat(little.splice(0)))
    }
    const end = (failure?: Error): void => {
      large?.end(failure)
      if (failure === undefined) resolve(undefined)
      else reject(failure)
    }
    feed(stream, take).then(() => end(), end)
    try {
      await isKnown
      digests = large === undefined ? yield* hashHere(little) : yield* large.read()
    } finally {
      giveUp(stream)
    }
  }

  return {
    bytes: bytes(),
    facts: () => {
      if (digests === undefined) throw new Error('the data has not been read to its end')
      return {
        size,
        checksum: digests.md5,
        hashAlgorithm: 'sha512',
        hash: digests.sha512,
        inspection: inspector.finish(),
      }
    },
  }
}

/** Gives the chunks, and then their digests. */
function* hashHere(chunks: readonly Buffer[]): Generator<Uint8Array, Digests> {
  const md5 = createHash('md5')
  const sha512 = createHash('sha512')
  for (const chunk of chunks) {
    md5.update(chunk)
    sha512.update(chunk)
    yield chunk
  }
  return { md5: md5.digest('hex'), sha512: sha512.digest('hex') }
}
