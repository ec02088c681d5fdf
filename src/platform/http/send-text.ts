import type { FastifyReply } from 'fastify'

/**
 * Sends text past Fastify, which would add a charset that OpenStack does not name, in one write: header and body apart cost
 * a tenth of a small request.
 */
export function sendText(
  reply: FastifyReply,
  status: number,
  headers: Readonly<Record<string, string>>,
  text: string,
): FastifyReply {
  reply.hijack()
  // Such an answer has no body, and no length of one.
  if (status === 204) reply.raw.writeHead(status, headers).end()
  else {
    const length = Buffer.byteLength(text)
    // Text of nothing but ASCII is written as it lies in memory.
    const encoding = length === text.length ? 'latin1' : 'utf8'
    reply.raw.writeHead(status, { ...headers, 'content-length': length }).end(text, encoding)
  }
  return reply
}
