import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startImages, type TestImages } from '../testing/images.ts'

let images: TestImages
beforeAll(async () => {
  images = await startImages()
})
afterAll(() => images.services.stop())
const client: TestImages['client'] = (...args) => images.client(...args)
const createId: TestImages['createId'] = (...args) => images.createId(...args)

describe('tags', () => {
  it('come and go one by one', async () => {
    const id = await createId()
    const tag = (method: string, name: string) => client(method, `/v2/images/${id}/tags/${name}`, { token: 'member' })
    expect([
      (await tag('PUT', 'a')).status,
      (await tag('PUT', 'a')).status,
      (await tag('PUT', 'b%20c')).status,
    ]).toEqual([204, 204, 204])
    expect((await client('GET', `/v2/images/${id}`, { token: 'member' })).body).toMatchObject({ tags: ['a', 'b c'] })
    expect([(await tag('DELETE', 'a')).status, (await tag('DELETE', 'a')).status]).toEqual([204, 404])
    expect((await tag('PUT', 'x'.repeat(256))).status).toBe(400)
  })
})
