import { Readable } from 'node:stream'
import type { ByteRange } from './driver.ts'

/** The part of a stream that a range names; the rest is passed over, and what comes behind it is not waited for. */
export const pickRange = (whole: Readable, { start, end }: ByteRange): Readable =>
  Readable.from(pick(whole, start, end))

async function* pick(whole: Readable, start: number, end: number): AsyncGenerator<Buffer> {
  let at = 0
  try {
    for await (const piece of whole) {
      if (!Buffer.isBuffer(piece)) throw new TypeError('a stream of bytes')
      const from = Math.max(0, start - at)
      const to = Math.min(piece.length, end + 1 - at)
      at += piece.length
      if (from < to) yield piece.subarray(from, to)
      if (at > end) return
    }
  } finally {
    whole.destroy()
  }
}
