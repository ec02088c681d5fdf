import { Readable } from 'node:stream'
import { fastify, type FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sendStream } from './send-stream.ts'

const MIB = 1024 * 1024

describe('a stream as an answer', () => {
  let app: FastifyInstance
  let url: string
  let source: Readable
  beforeEach(async () => {
    app = fastify()
    app.get('/', (_request, reply) => {
      sendStream(reply, 200, { 'content-length': String(3 * MIB) }, source, pino({ level: 'silent' }))
    })
    url = await app.listen({ port: 0, host: '127.0.0.1' })
  })
  afterEach(() => app.close())

  it('comes whole', async () => {
    source = Readable.from([1, 2, 3].map((value) => Buffer.alloc(MIB, value)))
    const body = Buffer.from(await (await fetch(url)).arrayBuffer())
    expect(body.equals(Buffer.concat([1, 2, 3].map((value) => Buffer.alloc(MIB, value))))).toBe(true)
  })

  it('breaks off where the source does', async () => {
    source = Readable.from(
      (async function* () {
        yield await Promise.resolve(Buffer.alloc(MIB))
        throw new Error('the disk is gone')
      })(),
    )
    const answer = await fetch(url)
    await expect(answer.arrayBuffer()).rejects.toThrow()
  })

  it('lets go of the source where the caller has gone', async () => {
    source = new Readable({ read: () => undefined })
    source.push(Buffer.alloc(MIB))
    const closed = new Promise((resolve) => source.once('close', resolve))
    const stop = new AbortController()
    await fetch(url, { signal: stop.signal })
    stop.abort()
    await closed
    expect(source.destroyed).toBe(true)
  })
})
