import { createHash } from 'node:crypto'
import { createInspector, type Inspection } from '#lib/image-format/inspect.ts'

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

/** Data on its way into a store: read `bytes` to the end, then ask for the facts. */
export type Intake = { readonly bytes: AsyncIterable<Uint8Array>; readonly facts: () => Facts }

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
  const md5 = createHash('md5')
  const sha512 = createHash('sha512')
  const inspector = createInspector()
  let size = 0
  async function* measure(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError('image data comes in bytes')
      size += chunk.length
      if (size > limit) throw new TooLargeError()
      md5.update(chunk)
      sha512.update(chunk)
      inspector.feed(chunk)
      onProgress(size)
      yield chunk
    }
  }
  return {
    bytes: measure(),
    facts: () => ({
      size,
      checksum: md5.digest('hex'),
      hashAlgorithm: 'sha512',
      hash: sha512.digest('hex'),
      inspection: inspector.finish(),
    }),
  }
}
