import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DATA, fieldsOf, startImages, type TestImages } from '../testing/images.ts'

const directory = mkdtempSync(join(tmpdir(), 'image-cache-'))
let images: TestImages
beforeAll(async () => {
  images = await startImages({ image_cache_dir: directory, image_cache_max_size: 2500 })
})
afterAll(async () => {
  await images.services.stop()
  rmSync(directory, { recursive: true })
})
beforeEach(() => images.client('DELETE', '/v2/cache'))

const call = (method: string, path = '', headers = {}, token = 'admin') =>
  images.client(method, `/v2/cache${path}`, { token, headers: { accept: 'application/json', ...headers } })
const state = async () => fieldsOf(await call('GET'))
const cached = async (): Promise<unknown[]> => {
  const list = (await state())['cached_images']
  return Array.isArray(list)
    ? list.map((each: unknown) => fieldsOf({ status: 200, headers: new Headers(), body: each })['image_id'])
    : []
}
const active = async (data: Uint8Array = DATA): Promise<string> => {
  const id = await images.createId()
  await images.upload(id, data)
  return id
}
const cache = async (id: string): Promise<void> => {
  expect((await call('PUT', `/${id}`)).status).toBe(202)
  await images.image.cache.idle()
}
const download = (id: string, headers = {}) =>
  images.client('GET', `/v2/images/${id}/file`, { token: 'member', headers })
const loseStored = (id: string) => rmSync(join(images.services.runtime.platform.config.state, 'images', id))

describe('the cache', () => {
  it('takes in what is queued and serves it when its store has lost it', async () => {
    const id = await active()
    const queued = await call('PUT', `/${id}`)
    expect([queued.status, queued.body]).toEqual([202, ''])
    expect(await state()).toEqual({ cached_images: [], queued_images: [id] })
    await images.image.cache.idle()
    expect(await state()).toEqual({
      cached_images: [{ image_id: id, hits: 0, last_accessed: 0, last_modified: expect.any(Number), size: 1024 }],
      queued_images: [],
    })
    loseStored(id)
    const whole = await download(id)
    expect([whole.status, whole.body]).toEqual([200, DATA.toString()])
    expect(whole.headers.get('content-md5')).toBe(createHash('md5').update(DATA).digest('hex'))
    expect(await state()).toMatchObject({ cached_images: [{ hits: 1, last_accessed: expect.any(Number) }] })
    // Parts come from the store.
    expect((await download(id, { range: 'bytes=0-9' })).status).toBe(204)
  })

  it('lets go of images that are deleted, and of single ones', async () => {
    const [first, second] = [await active(), await active()]
    await cache(first)
    await cache(second)
    expect((await images.client('DELETE', `/v2/images/${first}`, { token: 'member' })).status).toBe(204)
    expect(await cached()).toEqual([second])
    expect((await call('DELETE', `/${second}`)).status).toBe(204)
    expect(await state()).toEqual({ cached_images: [], queued_images: [] })
    expect((await call('DELETE', `/${first}`)).status).toBe(404)
  })

  it('has a size, and who was asked for longest ago goes first', async () => {
    const [first, second, third] = [await active(), await active(), await active()]
    await cache(first)
    await cache(second)
    await download(first)
    await cache(third)
    expect(new Set(await cached())).toEqual(new Set([first, third]))
    const large = await active(Buffer.alloc(3000))
    await cache(large)
    expect(await state()).toMatchObject({ queued_images: [] })
    expect(await cached()).not.toContain(large)
    expect((await call('POST', '/prune')).body).toEqual({ total_files_pruned: 0, total_bytes_pruned: 0 })
  })

  it('is cleared as a whole, or its copies or its queue alone', async () => {
    const [first, second] = [await active(), await active()]
    await cache(first)
    await call('PUT', `/${second}`)
    expect((await call('DELETE', '', { 'x-image-cache-clear-target': 'cache' })).status).toBe(204)
    expect(await state()).toEqual({ cached_images: [], queued_images: [second] })
    expect((await call('DELETE', '', { 'x-image-cache-clear-target': 'Queue' })).status).toBe(204)
    expect(await state()).toEqual({ cached_images: [], queued_images: [] })
    const wrong = await call('DELETE', '', { 'x-image-cache-clear-target': 'all' })
    expect([wrong.status, fieldsOf(wrong)['message']]).toEqual([
      400,
      expect.stringContaining("must be 'cache', 'queue'"),
    ])
    await images.image.cache.idle()
  })

  it('is managed by the older calls as well', async () => {
    const old = (method: string, path: string, token = 'admin') => images.client(method, `/v2/${path}`, { token })
    const [first, second] = [await active(), await active()]
    expect(await old('PUT', `queued_images/${first}`)).toMatchObject({ status: 200, body: null })
    expect((await old('GET', 'queued_images')).body).toEqual({ queued_images: [first] })
    await images.image.cache.idle()
    expect((await old('GET', 'cached_images')).body).toMatchObject({ cached_images: [{ image_id: first, size: 1024 }] })
    await cache(second)
    expect(await old('DELETE', `cached_images/${first}`)).toMatchObject({ status: 200, body: null })
    expect((await old('DELETE', 'cached_images')).body).toEqual({ num_deleted: 1 })
    await call('PUT', `/${first}`)
    await call('PUT', `/${second}`)
    expect(await old('DELETE', `queued_images/${first}`)).toMatchObject({ status: 200, body: null })
    expect((await old('DELETE', 'queued_images')).body).toEqual({ num_deleted: 1 })
    expect(await state()).toEqual({ cached_images: [], queued_images: [] })
    expect((await old('PUT', 'queued_images/..%2fetc')).status).toBe(404)
    expect((await old('GET', 'cached_images', 'member')).status).toBe(403)
    await images.image.cache.idle()
  })

  it('is cleaned of what no image has', async () => {
    const id = await active()
    await cache(id)
    await images.services.ctx().db.write.deleteFrom('image_images').where('id', '=', id).execute()
    expect((await call('POST', '/clean')).status).toBe(200)
    expect(await state()).toEqual({ cached_images: [], queued_images: [] })
  })

  it('refuses what is not there or has no data, and whom it does not know', async () => {
    const missing = await call('PUT', '/9ff10d8f-4a1a-4dd8-8a9b-2d0eb5b6f4a0')
    expect([missing.status, fieldsOf(missing)['message']]).toEqual([404, expect.stringContaining('not found.')])
    expect((await call('PUT', '/..%2f..%2fetc')).status).toBe(404)
    expect((await call('DELETE', '/..%2f..%2fetc')).status).toBe(404)
    const empty = await call('PUT', `/${await images.createId()}`)
    expect([empty.status, fieldsOf(empty)['message']]).toEqual([
      400,
      expect.stringContaining('Only images with status active can be targeted for queueing'),
    ])
    expect((await call('GET', '', {}, 'member')).status).toBe(403)
    expect((await call('GET', `/nodes/${await active()}`)).status).toBe(409)
  })

  it('outlives the process, but for what was tampered with', async () => {
    const [good, bad] = [await active(), await active()]
    await cache(good)
    await cache(bad)
    await images.services.stop()
    writeFileSync(join(directory, 'images', bad), 'short')
    images = await startImages({ image_cache_dir: directory, image_cache_max_size: 2500 })
    expect(await cached()).toEqual([good])
  })
})

it('what a download brings from afar is there for the next one', async () => {
  let asked = 0
  const web = createServer((_request, response) => {
    asked += 1
    response.writeHead(200, { 'content-length': DATA.length }).end(DATA)
  })
  await new Promise<void>((resolve) => {
    web.listen(0, '127.0.0.1', resolve)
  })
  const address = web.address()
  const host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  const own = mkdtempSync(join(tmpdir(), 'image-cache-'))
  const far = await startImages({
    image_cache_dir: own,
    show_multiple_locations: true,
    web_download_hosts: [host],
    image_stores: { web: { type: 'http' } },
  })
  const id = await far.createId()
  const validation_data = {
    checksum: createHash('md5').update(DATA).digest('hex'),
    os_hash_algo: 'sha512',
    os_hash_value: createHash('sha512').update(DATA).digest('hex'),
  }
  const value = { url: `http://${host}/disk`, metadata: {}, validation_data }
  expect((await far.patch(id, [{ op: 'add', path: '/locations/-', value }])).status).toBe(200)
  const read = async () => (await far.client('GET', `/v2/images/${id}/file`, { token: 'member' })).body
  expect(await read()).toBe(DATA.toString())
  await far.image.cache.idle()
  const before = asked
  expect(await read()).toBe(DATA.toString())
  expect(asked).toBe(before)
  expect((await far.client('GET', '/v2/cache')).body).toMatchObject({ cached_images: [{ image_id: id, hits: 1 }] })
  await far.services.stop()
  web.closeAllConnections()
  web.close()
  rmSync(own, { recursive: true })
})

it('a cloud without a cache says so', async () => {
  const plain = await startImages()
  const answer = await plain.client('GET', '/v2/cache', { headers: { accept: 'application/json' } })
  expect([answer.status, fieldsOf(answer)['message']]).toEqual([
    404,
    expect.stringContaining('Caching via API is not supported at this site.'),
  ])
  await plain.services.stop()
})
