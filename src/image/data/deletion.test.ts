import { createHash, randomBytes } from 'node:crypto'
import { get, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startImages, type TestImages } from '../testing/images.ts'

let images: TestImages
beforeAll(async () => {
  images = await startImages({ image_size_cap: 100_000_000 })
})
afterAll(() => images.services.stop())

it('of an image leaves who is downloading it with all of its data', async () => {
  // More than lies in buffers on the way.
  const data = randomBytes(48 * 1024 * 1024)
  const id = await images.createId()
  expect((await images.upload(id, data)).status).toBe(204)
  const url = `${images.services.runtime.urlOf('image')}/v2/images/${id}/file`
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers: { 'x-auth-token': 'member' } }, resolve).on('error', reject)
  })
  const hash = createHash('md5')
  let size = 0
  let deleted: number | undefined
  for await (const part of answer) {
    if (!Buffer.isBuffer(part)) continue
    hash.update(part)
    size += part.length
    deleted ??= (await images.client('DELETE', `/v2/images/${id}`, { token: 'member' })).status
    if (size === part.length) await expect.poll(() => images.storedFiles().includes(id)).toBe(false)
  }
  expect([deleted, size, hash.digest('hex')]).toEqual([204, data.length, createHash('md5').update(data).digest('hex')])
})
