import { finished, Readable } from 'node:stream'

/** Chunks are handed on together from here on, */
const ENOUGH = 256 * 1024
/** and no more are taken from here on. */
const MOST = 1024 * 1024

const bytesOf = (chunk: unknown): Buffer => {
  if (!Buffer.isBuffer(chunk)) throw new TypeError('image data comes in bytes')
  return chunk
}

/**
 * Data as it comes, several chunks at a time: to wait for each of 64 KiB costs as much as receiving it.
 * @throws whatever the source does, also where it ends before its time
 */
export async function* inBatches(source: AsyncIterable<unknown>): AsyncGenerator<readonly Buffer[], undefined> {
  if (!(source instanceof Readable)) {
    for await (const chunk of source) yield [bytesOf(chunk)]
    return undefined
  }
  let batch: Buffer[] = []
  let size = 0
  let isOver = false
  let failure: Error | undefined
  let wake: () => void = () => undefined
  finished(source, { writable: false }, (error) => {
    isOver = true
    failure = error ?? undefined
    wake()
  })
  const take = (chunk: Buffer): void => {
    batch.push(bytesOf(chunk))
    size += chunk.length
    if (size >= MOST) source.pause()
    if (size >= ENOUGH) wake()
  }
  source.on('data', take)
  try {
    for (;;) {
      if (!isOver && size < ENOUGH) await new Promise<void>((resolve) => (wake = resolve))
      if (failure !== undefined) throw failure
      const full = batch
      batch = []
      size = 0
      source.resume()
      if (full.length > 0) yield full
      else if (isOver) return undefined
    }
  } finally {
    source.off('data', take)
    if (!isOver) source.destroy()
  }
}
