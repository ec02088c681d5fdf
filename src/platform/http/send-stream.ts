import type { ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Log } from '../log.ts'

/**
 * Sends a stream of bytes, one piece at a time: each is with the kernel before the next is asked for, and its memory is given
 * back at once, so that the collector has nothing to do however much passes. Where the stream breaks off, so does the answer:
 * its length shows the caller that something is missing.
 */
export function sendStream(
  reply: FastifyReply,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Readable,
  log: Log,
): FastifyReply {
  reply.hijack()
  reply.raw.writeHead(status, headers)
  sendPieces(reply.raw, body).catch((error: unknown) => {
    const hasGone = reply.raw.destroyed
    body.destroy()
    reply.raw.destroy()
    if (!hasGone) log.error({ err: error }, 'an answer broke off')
  })
  return reply
}

async function sendPieces(raw: ServerResponse, body: Readable): Promise<void> {
  // The caller may go while the next piece is still being read.
  raw.once('close', () => body.destroy())
  for await (const piece of body) {
    if (!Buffer.isBuffer(piece)) throw new TypeError('a stream of bytes')
    await new Promise<void>((resolve, reject) => {
      raw.write(piece, (error) => (error ? reject(error) : resolve()))
    })
    free(piece)
  }
  raw.end()
}

const free = ({ buffer, byteLength }: Buffer): void => {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}
