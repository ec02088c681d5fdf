// Large data in blocks of shared memory: a store writes one while two threads hash it and the next one fills.
import type { Take } from './feed.ts'
import { openHasher } from './hasher.ts'

/** Talking to a thread, or to the disk, costs as much as hashing tens of kilobytes. */
export const BLOCK = 2 * 1024 * 1024
/** One fills, one is being written, and the slower thread may be some behind. */
const BLOCKS = 4
/** Blocks kept for the next data, so that many uploads in a row do not each wait for the collector. */
const SPARE = 2

export type Digests = { readonly md5: string; readonly sha512: string }

type Block = { readonly memory: SharedArrayBuffer; readonly bytes: Buffer }

/** A block on its way to the reader; `hashed` settles once the threads have done with it. */
type Full = { readonly block: Block; readonly length: number; readonly hashed: Promise<unknown> }

const spare: Block[] = []

const newBlock = (): Block => {
  const memory = new SharedArrayBuffer(BLOCK)
  return { memory, bytes: Buffer.from(memory) }
}

/** Data on its way through the threads. Must be read to its end, or until the reader gives up. */
export type Blocks = {
  readonly fill: Take
  /** No more comes: that was all, or something went wrong. */
  readonly end: (reason?: Error) => void
  /** The data in blocks, and then its digests. A block is its reader's until it asks for the next. */
  readonly read: () => AsyncGenerator<Uint8Array, Digests>
}

export const openBlocks = (): Blocks => {
  const md5 = openHasher('md5')
  const sha512 = openHasher('sha512')
  const free: Block[] = []
  const full: Full[] = []
  let made = 0
  let current: Block | undefined
  let filled = 0
  let digests: Promise<[string, string]> | undefined
  let failure: Error | undefined
  const nobody = (): void => undefined
  let wakeReader = nobody
  let wakeFiller = nobody

  const fail = (error: Error): void => {
    failure ??= error
    wakeReader()
    wakeFiller()
  }
  const takeFree = (): Block | undefined => {
    const known = free.pop()
    if (known !== undefined || made === BLOCKS) return known
    made += 1
    return spare.pop() ?? newBlock()
  }
  const handOver = (block: Block, length: number): void => {
    const hashed = Promise.all([md5.update(block.memory, length), sha512.update(block.memory, length)])
    hashed.catch(fail)
    full.push({ block, length, hashed })
    current = undefined
    filled = 0
    wakeReader()
  }
  /** Copies as much as there is room for; gives where in the chunk it stopped. */
  const fillSome = (chunk: Buffer, from: number): number => {
    let at = from
    while (at < chunk.length) {
      current ??= takeFree()
      if (current === undefined) return at
      const part = chunk.subarray(at, at + BLOCK - filled)
      // Into shared memory `copy` goes word by word, and takes four times as long.
      current.bytes.fill(part, filled, filled + part.length)
      at += part.length
      filled += part.length
      if (filled === BLOCK) handOver(current, BLOCK)
    }
    freeMemory(chunk)
    return at
  }
  const fillRest = async (chunk: Buffer, from: number): Promise<void> => {
    const { length } = chunk
    for (let at = from; at < length; at = fillSome(chunk, at)) {
      if (failure === undefined) await new Promise<void>((resolve) => (wakeFiller = resolve))
      if (failure !== undefined) throw failure
    }
  }

  return {
    fill: (chunk) => {
      const { length } = chunk
      const at = fillSome(chunk, 0)
      return at < length ? fillRest(chunk, at) : undefined
    },
    end: (reason) => {
      if (failure !== undefined) return
      if (reason !== undefined) return fail(reason)
      if (current !== undefined) handOver(current, filled)
      digests = Promise.all([md5.digest(), sha512.digest()])
      digests.catch(fail)
      wakeReader()
    },
    async *read() {
      try {
        for (;;) {
          if (failure !== undefined) throw failure
          const next = full.shift()
          if (next !== undefined) {
            yield next.block.bytes.subarray(0, next.length)
            const release = () => {
              free.push(next.block)
              wakeFiller()
            }
            next.hashed.then(release, nobody)
          } else if (digests !== undefined) {
            const [first, second] = await digests
            spare.push(...free.slice(0, SPARE - spare.length))
            return { md5: first, sha512: second }
          } else {
            await new Promise<void>((resolve) => (wakeReader = resolve))
          }
        }
      } finally {
        md5.close()
        sha512.close()
        fail(new Error('nobody reads the data any more'))
      }
    },
  }
}

/**
 * Gives the memory of a chunk back at once: left to the collector, a fast upload has it run all the time, while tens of
 * megabytes wait for it.
 */
const freeMemory = ({ buffer, byteLength }: Buffer): void => {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}
