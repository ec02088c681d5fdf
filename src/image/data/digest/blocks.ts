// Large data in blocks of shared memory: a store writes one while two threads hash it and the next one fills.
import { type Hasher, openHasher } from './hasher.ts'

/** Talking to a thread costs as much as hashing tens of kilobytes. */
export const BLOCK = 1024 * 1024
/** One fills, one is being written, and the slower thread may be some behind. */
const BLOCKS = 6
/** Blocks kept for the next data, so that many uploads in a row do not each wait for the collector. */
const SPARE = 2 * BLOCKS

export type Digests = { readonly md5: string; readonly sha512: string }

/** A block and what still reads it. */
type Block = { readonly memory: SharedArrayBuffer; readonly bytes: Buffer; hashed: Promise<unknown> }

const spare: Block[] = []

const newBlock = (): Block => {
  const memory = new SharedArrayBuffer(BLOCK)
  return { memory, bytes: Buffer.from(memory), hashed: Promise.resolve() }
}

/**
 * Gives the data in blocks, and in the end its digests. A block is its reader's until it asks for the next; the chunks are
 * taken for good.
 */
export async function* throughThreads(
  first: readonly Buffer[],
  rest: AsyncGenerator<readonly Buffer[]>,
): AsyncGenerator<Uint8Array, Digests> {
  const blocks: Block[] = []
  const filling = fillBlocks(blocks, first, rest)
  let coming = filling.next()
  try {
    for (;;) {
      const { value, done } = await coming
      if (done === true) {
        // The reader has asked for what comes after the last block: nobody has any of them now.
        spare.push(...blocks.slice(0, SPARE - spare.length))
        return value
      }
      coming = filling.next()
      // Whoever asks for the next block hears of it; until then it is nobody's.
      coming.catch(() => undefined)
      yield value
    }
  } finally {
    // The source may be silent just now: nobody waits until it gives up.
    filling.return({ md5: '', sha512: '' }).catch(() => undefined)
  }
}

async function* fillBlocks(
  blocks: Block[],
  first: readonly Buffer[],
  rest: AsyncGenerator<readonly Buffer[]>,
): AsyncGenerator<Uint8Array, Digests> {
  const hashers = { md5: openHasher('md5'), sha512: openHasher('sha512') }
  let turn = 0
  let filled = 0
  /** The block to fill next, once nobody reads it any more: its reader has had two others since. */
  const next = async (): Promise<Block> => {
    const at = turn % BLOCKS
    turn += 1
    const block = blocks[at] ?? spare.pop() ?? newBlock()
    blocks[at] = block
    await block.hashed
    return block
  }
  try {
    let block = await next()
    async function* batches(): AsyncGenerator<readonly Buffer[]> {
      yield first
      yield* rest
    }
    for await (const batch of batches()) {
      for (const chunk of batch) {
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
        free(chunk)
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

/**
 * Gives the memory of a chunk back at once: left to the collector, a fast upload has it run all the time, while tens of
 * megabytes wait for it.
 */
const free = ({ buffer, byteLength }: Buffer): void => {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
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
