import { IncomingMessage } from 'node:http'
import { finished, type Readable } from 'node:stream'

/** Takes a chunk for good: at once (undefined), or when the promise settles; no other is given before. */
export type Take = (chunk: Buffer) => Promise<void> | undefined

const bytesOf = (chunk: unknown): Buffer => {
  if (!Buffer.isBuffer(chunk)) throw new TypeError('image data comes in bytes')
  return chunk
}

/**
 * Gives away the chunks of a stream while they are still in the processor's cache: to gather them first, or to wait for each,
 * costs as much as receiving them.
 * @throws whatever the source or the taker does, also where the source ends before its time; it is left as it is then
 */
export const feed = async (source: Readable, take: Take): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  let taking: Promise<void> | undefined
  finished(source, { writable: false }, (error) => (error ? reject(error) : resolve(undefined)))
  source.on('data', (chunk: unknown) => {
    try {
      taking = take(bytesOf(chunk))
    } catch (error) {
      reject(error)
    }
    if (taking === undefined) return
    source.pause()
    taking.then(() => source.resume(), reject)
  })
  await promise
  await taking
}

/** How long a client may go on sending what nobody wants. */
const PATIENCE_MS = 10_000

/**
 * Gives up a source before its end. What a client still sends is thrown away for a while: cut off while it sends, it would never
 * read why it was refused.
 */
export const giveUp = (source: Readable): void => {
  if (source.destroyed || source.readableEnded) return
  // A server's own question has an answer, and no method.
  if (!(source instanceof IncomingMessage) || source.method === undefined) {
    source.destroy()
    return
  }
  const timer = setTimeout(() => source.destroy(), PATIENCE_MS).unref()
  source.once('close', () => clearTimeout(timer))
  source.removeAllListeners('data')
  source.resume()
}
