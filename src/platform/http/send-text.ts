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
  else reply.raw.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text)
  return reply
}
