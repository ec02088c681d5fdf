// The host's end of the metadata service: a unix socket that only the proxies of this host reach. A proxy stands inside one
// network and says which; the guest's address is the last that a proxy of ours added to X-Forwarded-For. Guests can forge
// neither: the proxies remove what guests send under these names.
import { chmodSync, chownSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import type { Desk } from '../desk.ts'
import { messageOf } from '#platform/errors.ts'
import type { Log } from '#platform/log.ts'

/** The header in which a proxy says which network it stands in. */
export const networkHeader = 'x-ovn-network-id'

/** Group of the proxies, as Debian's package makes it. */
export const proxyGroup = 'haproxy'

/** Answers guests of this host on a unix socket; resolves with the way to end. */
export async function serveMetadata(socket: string, desk: Desk, log: Log): Promise<() => Promise<void>> {
  rmSync(socket, { force: true })
  const server = createServer((request, response) => {
    answer(request, response, desk).catch((error: unknown) => {
      log.warn({ err: messageOf(error) }, 'a metadata request failed')
      reply(response, 503, 'Service Unavailable')
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socket, resolve)
  })
  // Whoever may write here can ask in any guest's name: root, and the proxies once they have given root up.
  chmodSync(socket, 0o600)
  const group = groupId(proxyGroup)
  if (process.getuid?.() === 0 && group !== undefined) {
    chownSync(socket, 0, group)
    chmodSync(socket, 0o660)
  }
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
}

async function answer(request: IncomingMessage, response: ServerResponse, desk: Desk): Promise<void> {
  const networkId = request.headers[networkHeader]
  const address = forwardedFor(request.headers['x-forwarded-for'])
  if (typeof networkId !== 'string' || address === undefined) return reply(response, 400, 'Bad Request')
  if (request.method !== 'GET' && request.method !== 'HEAD') return reply(response, 405, 'Method Not Allowed')
  const found = await desk.metadata({ networkId, address, path: request.url ?? '/' })
  response.writeHead(found.status, { 'content-type': found.contentType })
  response.end(Buffer.from(found.base64, 'base64'))
}

/** The address the nearest proxy saw. */
export function forwardedFor(header: string | string[] | undefined): string | undefined {
  const last = (Array.isArray(header) ? header.join(',') : header)?.split(',').at(-1)?.trim()
  return last !== undefined && isIP(last) !== 0 ? last : undefined
}

function groupId(name: string): number | undefined {
  const line = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`))
  return line === undefined ? undefined : Number(line.split(':')[2])
}

function reply(response: ServerResponse, status: number, text: string): void {
  if (!response.headersSent) response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(text)
}
