import { createServer, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { endSilent } from './silence.ts'

/** Sends some of a body and then nothing; gives what `read` made of it. */
const send = async <T>(bytes: number, read: (stream: IncomingMessage) => Promise<T>): Promise<T> => {
  const server = createServer()
  const result = new Promise<T>((resolve, reject) => {
    server.on('request', (request) => {
      read(request).then(resolve, reject)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const socket = connect(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(`PUT / HTTP/1.1\r\nhost: x\r\ncontent-length: 10000000\r\n\r\n`)
  socket.write(Buffer.alloc(bytes))
  try {
    return await result
  } finally {
    socket.destroy()
    server.closeAllConnections()
    server.close()
  }
}

it('an upload that falls silent ends', async () => {
  const reading = send(1000, async (stream) => {
    for await (const part of endSilent(stream, 50)) expect(Buffer.isBuffer(part)).toBe(true)
  })
  await expect(reading).rejects.toThrow('did not come')
})

it('an upload that waits for us does not', async () => {
  const read = await send(10_000_000, async (stream) => {
    let size = 0
    for await (const part of endSilent(stream, 250)) {
      if (size === 0) await sleep(1000)
      if (Buffer.isBuffer(part)) size += part.length
    }
    return size
  })
  expect(read).toBe(10_000_000)
})
