import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ImageStore } from '../driver.ts'
import { createHttpStore } from './http-store.ts'

const DATA = Buffer.from('0123456789'.repeat(1000))

const textOf = async (store: ImageStore, url: string, range?: { start: number; end: number }) => {
  const parts: Buffer[] = []
  for await (const part of (await store.read(url, range)) ?? []) if (Buffer.isBuffer(part)) parts.push(part)
  return Buffer.concat(parts).toString()
}

describe('a web server as a store of images', () => {
  let server: Server
  let base: string
  let store: ImageStore
  beforeEach(async () => {
    server = createServer((request, response) => {
      const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
      if (request.url === '/gone') response.writeHead(404).end()
      else if (request.url === '/broken') response.writeHead(500).end()
      else if (request.url === '/ranges' && start !== undefined) {
        response.writeHead(206).end(DATA.subarray(Number(start), Number(end) + 1))
      } else response.writeHead(200, { 'content-length': DATA.length }).end(DATA)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
    base = `http://${host}`
    store = createHttpStore({ id: 'web', description: '', weight: 0 }, { hosts: new Set([host]) })
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  it.each(['/ranges', '/whole'])('gives data, whole and in parts, of a server that answers as %s', async (path) => {
    expect(await store.sizeOf(base + path)).toBe(DATA.length)
    expect(await textOf(store, base + path)).toBe(DATA.toString())
    expect(await textOf(store, base + path, { start: 3, end: 12 })).toBe('3456789012')
  })

  it('tells what is not there from what fails', async () => {
    expect(await store.read(`${base}/gone`)).toBeUndefined()
    await expect(store.read(`${base}/broken`)).rejects.toMatchObject({ kind: 'away' })
  })

  it('writes nothing, and removes nothing of others', async () => {
    const nothing = (async function* () {})()
    await expect(store.write(base, nothing)).rejects.toMatchObject({ kind: 'disabled' })
    await store.remove(`${base}/whole`)
    expect(await store.sizeOf(`${base}/whole`)).toBe(DATA.length)
  })

  it.each([
    'http://127.0.0.1:1/x',
    'http://169.254.169.254/latest',
    'file:///etc/passwd',
    'http://[::1]/x',
    'ftp://a/b',
  ])('has nothing at %s', (url) => {
    expect(store.nameOf(url)).toBeUndefined()
  })
})
