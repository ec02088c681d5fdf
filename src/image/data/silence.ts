import type { IncomingMessage } from 'node:http'
import { badRequest } from '#platform/errors.ts'

/** Shorter than what makes an upload look abandoned to other controllers; see `reconcile.ts`. */
const SILENCE_MS = 60_000

/**
 * Ends an upload whose sender falls silent: its image could not be uploaded to by anybody else meanwhile. Where a store is slow,
 * data waits to be read, and that is not the sender's fault.
 */
export const endSilent = (stream: IncomingMessage, silenceMs = SILENCE_MS): IncomingMessage => {
  stream.setTimeout(silenceMs, () => {
    if (stream.complete || stream.readableLength > 0) return
    stream.destroy(badRequest('The data of the image did not come.'))
  })
  return stream
}
