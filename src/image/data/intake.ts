// The one place that data passes on its way into a store. Little data is hashed as it comes; of large data, chunks are gathered
// into blocks, which cost a store one write each and which threads can hash without a copy of their own.
import { createHash } from 'node:crypto'
import { createInspector, type Inspection } from '#lib/image-format/inspect.ts'
import { type Hasher, openHasher } from './digest/hasher.ts'

const MIB = 1024 * 1024
/** From here on threads are worth their while. */
const LARGE = MIB
/** Talking to a thread costs as much as hashing tens of kilobytes. */
const BLOCK = 4 * MIB
/** Blocks that may wait for the threads while the next one fills. */
const BLOCKS = 3

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

type Digests = { readonly md5: string; readonly sha512: string }

/**
 * Measures data while it passes; memory does not grow with it.
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

  async function* measured(): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError('image data comes in bytes')
      size += chunk.length
      if (size > limit) throw new TooLargeError()
      inspector.feed(chunk)
      onProgress(size)
      yield chunk
    }
  }

  async function* bytes(): AsyncGenerator<Uint8Array> {
    const chunks = measured()
    const first: Buffer[] = []
    for (;;) {
      const { value, done } = await chunks.next()
      if (done === true) break
      first.push(value)
      if (size < LARGE) continue
      digests = yield* throughThreads(first, chunks)
      return
    }
    const md5 = createHash('md5')
    const sha512 = createHash('sha512')
    for (const chunk of first) {
      md5.update(chunk)
      sha512.update(chunk)
      yield chunk
    }
    digests = { md5: md5.digest('hex'), sha512: sha512.digest('hex') }
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

/** A block and what still reads it. */
type Block = { readonly memory: SharedArrayBuffer; readonly bytes: Buffer; hashed: Promise<unknown> }

/** Gives the data in blocks, while two threads hash them. */
async function* throughThreads(
  first: readonly Buffer[],
  rest: AsyncGenerator<Buffer>,
): AsyncGenerator<Uint8Array, Digests> {
  const hashers = { md5: openHasher('md5'), sha512: openHasher('sha512') }
  const blocks: Block[] = []
  let turn = 0
  let filled = 0
  /** The block to fill next, once nobody reads it any more. */
  const next = async (): Promise<Block> => {
    const at = turn % BLOCKS
    turn += 1
    const known = blocks[at]
    if (known === undefined) {
      const memory = new SharedArrayBuffer(BLOCK)
      const made = { memory, bytes: Buffer.from(memory), hashed: Promise.resolve() }
      blocks[at] = made
      return made
    }
    await known.hashed
    return known
  }
  try {
    let block = await next()
    async function* chunks(): AsyncGenerator<Buffer> {
      yield* first
      yield* rest
    }
    for await (const chunk of chunks()) {
      for (let taken = 0; taken < chunk.length; ) {
        const count = chunk.copy(block.bytes, filled, taken)
        taken += count
        filled += count
        if (filled < BLOCK) continue
        block.hashed = hashBlock(hashers, block, filled, false)
        yield block.bytes
        block = await next()
        filled = 0
      }
    }
    const last = hashBlock(hashers, block, filled, true)
    block.hashed = last
    if (filled > 0) yield block.bytes.subarray(0, filled)
    return await last
  } finally {
    hashers.md5.close()
    hashers.sha512.close()
  }
}

/** The digests after the last block; before it they are empty. */
const hashBlock = (
  { md5, sha512 }: { readonly md5: Hasher; readonly sha512: Hasher },
  { memory }: Block,
  length: number,
  isLast: boolean,
): Promise<Digests> => {
  const both = Promise.all([md5.update(memory, length, isLast), sha512.update(memory, length, isLast)])
  const digests = both.then(([first, second]) => ({ md5: first ?? '', sha512: second ?? '' }))
  // Whoever waits for the block hears of a failure; until then it is nobody's.
  digests.catch(() => undefined)
  return digests
}
