import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATA, fieldsOf, startImages, type TestImages } from '../testing/images.ts'

const OTHER = Buffer.from('something else')
const md5 = (data: Buffer): string => createHash('md5').update(data).digest('hex')
const sha512 = (data: Buffer): string => createHash('sha512').update(data).digest('hex')

let server: Server
let base: string
let images: TestImages
beforeAll(async () => {
  server = createServer((request, response) => {
    const data = request.url === '/other' ? OTHER : request.url === '/empty' ? Buffer.alloc(0) : DATA
    if (request.url === '/gone') response.writeHead(404).end()
    else response.writeHead(200, { 'content-length': data.length }).end(data)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  base = `http://${host}`
  images = await startImages({
    show_multiple_locations: true,
    show_image_direct_url: true,
    web_download_hosts: [host],
    image_stores: { web: { type: 'http', store_description: 'Others' }, heavy: { type: 'http', weight: 5 } },
  })
})
afterAll(async () => {
  await images.services.stop()
  server.closeAllConnections()
  server.close()
})

const show = async (id: string, token = 'admin') => fieldsOf(await images.client('GET', `/v2/images/${id}`, { token }))
const idle = () => images.services.runtime.platform.work.idle()
const location = (path: string, more: object = {}) => ({ url: base + path, metadata: {}, ...more })
const addTo = (id: string, value: unknown, token = 'member') =>
  images.patch(id, [{ op: 'add', path: '/locations/-', value }], token)

describe('locations in patches', () => {
  it('give an image data that lies elsewhere', async () => {
    const id = await images.createId()
    expect(await show(id)).toMatchObject({ locations: [] })
    const checks = { checksum: md5(DATA), os_hash_algo: 'sha512', os_hash_value: sha512(DATA) }
    expect((await addTo(id, location('/data', { validation_data: checks }))).status).toBe(200)
    expect(await show(id)).toMatchObject({
      status: 'active',
      size: DATA.length,
      ...checks,
      stores: 'web',
      locations: [{ url: `${base}/data`, metadata: { store: 'web' } }],
      direct_url: `${base}/data`,
    })
    const answer = await images.client('GET', `/v2/images/${id}/file`, { token: 'member' })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-md5')).toBe(md5(DATA))
  })

  it('stand beside what was uploaded, and go', async () => {
    const id = await images.createId()
    await images.upload(id)
    expect((await addTo(id, location('/data'))).status).toBe(200)
    const both = await show(id)
    expect(both).toMatchObject({ stores: 'file,web', size: DATA.length })
    expect(images.storedFiles()).toContain(id)
    expect((await addTo(id, location('/data', { metadata: { store: 'web' } }))).status).toBe(400)
    expect((await images.patch(id, [{ op: 'remove', path: '/locations/0' }], 'member')).status).toBe(403)
    expect((await images.patch(id, [{ op: 'remove', path: '/locations/7' }], 'admin')).status).toBe(400)
    expect((await images.patch(id, [{ op: 'remove', path: '/locations/0' }], 'admin')).status).toBe(200)
    expect(await show(id)).toMatchObject({ stores: 'web', locations: [{ url: `${base}/data` }] })
    expect(images.storedFiles()).not.toContain(id)
    const last = await images.patch(id, [{ op: 'remove', path: '/locations/0' }], 'admin')
    expect([last.status, JSON.stringify(last.body)]).toEqual([
      403,
      expect.stringContaining('Cannot remove last location'),
    ])
  })

  it.each([
    ['a file of the machine', 'file:///etc/passwd'],
    ['its own network', 'http://127.0.0.1:1/x'],
    ['the metadata of a cloud', 'http://169.254.169.254/latest'],
    ['a store that there is none of', 'rbd://a/b/c/snap'],
    ['nothing', 'x'],
  ])('refuse %s', async (_what, url) => {
    const id = await images.createId()
    const answer = await addTo(id, { url, metadata: {} })
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([400, expect.stringContaining('Invalid location')])
    expect(await images.statusOf(id)).toBe('queued')
  })

  it.each(['/gone', '/empty'])('refuse what there is no data of: %s', async (path) => {
    const id = await images.createId()
    expect((await addTo(id, location(path))).status).toBe(400)
  })

  it.each([
    [400, { url: 1, metadata: {} }],
    [400, { url: 'http://a/b' }],
    [400, { url: 'x'.repeat(256), metadata: {} }],
    [409, { validation_data: { os_hash_algo: 'md5', os_hash_value: md5(DATA) } }],
    [409, { validation_data: { os_hash_algo: 'sha512', os_hash_value: 'zz' } }],
    [409, { validation_data: { checksum: 'x'.repeat(32), os_hash_algo: 'sha512', os_hash_value: sha512(DATA) } }],
  ])('answer %d to what is no location: %j', async (status, value) => {
    const id = await images.createId()
    expect((await addTo(id, 'validation_data' in value ? location('/data', value) : value)).status).toBe(status)
  })

  it('are replaced only where there are none, and never by nothing', async () => {
    const id = await images.createId()
    const replace = (value: unknown) => images.patch(id, [{ op: 'replace', path: '/locations', value }])
    expect((await replace([])).status).toBe(403)
    expect((await replace([location('/data'), location('/data')])).status).toBe(400)
    expect((await replace([location('/data')])).status).toBe(200)
    expect((await replace([location('/other')])).status).toBe(400)
    expect((await replace([location('/data', { metadata: { note: 'mine' } })])).status).toBe(200)
    expect(await show(id)).toMatchObject({ locations: [{ url: `${base}/data`, metadata: { note: 'mine' } }] })
  })

  it('need formats before the image is active', async () => {
    const id = await images.createId({ disk_format: null })
    expect((await addTo(id, location('/data'))).status).toBe(400)
    expect(await show(id)).toMatchObject({ status: 'queued', locations: [] })
  })
})

describe('POST /v2/images/{id}/locations', () => {
  const add = (id: string, body: unknown, token = 'member') =>
    images.client('POST', `/v2/images/${id}/locations`, { body, token })

  it('gives an image data, and reads it for its hash', async () => {
    const id = await images.createId()
    expect((await add(id, { url: `${base}/data` })).status).toBe(202)
    await idle()
    expect(await show(id)).toMatchObject({ status: 'active', checksum: md5(DATA), os_hash_value: sha512(DATA) })
    const listed = await images.client('GET', `/v2/images/${id}/locations`, { token: 'service' })
    expect([listed.status, listed.body]).toEqual([200, [{ url: `${base}/data`, metadata: { store: 'web' } }]])
    expect((await images.client('GET', `/v2/images/${id}/locations`, { token: 'member' })).status).toBe(403)
    expect((await add(id, { url: `${base}/data` })).status).toBe(409)
  })

  it('takes back what is not what the caller says', async () => {
    const id = await images.createId()
    const validation = { os_hash_algo: 'sha512', os_hash_value: sha512(OTHER) }
    expect((await add(id, { url: `${base}/data`, validation_data: validation })).status).toBe(202)
    await idle()
    expect(await show(id)).toMatchObject({ status: 'queued', size: null, locations: [], os_hash_value: null })
    const { body } = await images.client('GET', `/v2/images/${id}/tasks`, { token: 'member' })
    expect(body).toMatchObject({ tasks: [{ type: 'location_import', status: 'failure' }] })
    expect((await add(id, { url: `${base}/other`, validation_data: validation })).status).toBe(202)
    await idle()
    expect(await show(id)).toMatchObject({ status: 'active', os_hash_value: sha512(OTHER) })
  })

  it.each([
    [403, { url: 'rbd://a/b/c/snap' }, 'member'],
    [403, { url: 'file:///etc/passwd' }, 'member'],
    [404, { url: 'http://a/b' }, 'other-member'],
    [403, { url: 'http://a/b' }, 'reader'],
    [400, {}, 'member'],
    [400, { url: 'http://a/b', validation_data: { os_hash_algo: 'sha512' } }, 'member'],
    [400, { url: 'http://a/b', validation_data: { os_hash_algo: 'sha512', os_hash_value: 'ab' } }, 'member'],
    [400, { url: 'http://a/b', validation_data: { os_hash_algo: 'crc', os_hash_value: 'ab' } }, 'member'],
  ])('answers %d to %j of %s', async (status, body, token) => {
    const id = await images.createId()
    expect((await add(id, body, token)).status).toBe(status)
    await idle()
    expect(await images.statusOf(id)).toBe('queued')
  })

  it('fails as a task where a service names nothing', async () => {
    const id = await images.createId()
    expect((await add(id, { url: 'rbd://a/b/c/snap' }, 'service')).status).toBe(202)
    await idle()
    expect(await images.statusOf(id)).toBe('queued')
  })
})

describe('what stores are told of', () => {
  it('names the usual one, and those that only read', async () => {
    const { body } = await images.client('GET', '/v2/info/stores', { token: 'reader' })
    expect(body).toEqual({
      stores: [
        { id: 'file', description: 'Files of this cloud', default: 'true' },
        { id: 'web', description: 'Others', 'read-only': 'true' },
        { id: 'heavy', 'read-only': 'true' },
      ],
    })
    const detail = await images.client('GET', '/v2/info/stores/detail', { token: 'admin' })
    expect(detail.body).toMatchObject({ stores: [{ type: 'file' }, { type: 'http', weight: 0 }, { weight: 5 }] })
  })

  it('takes no upload into a store that only reads, and knows no other', async () => {
    const id = await images.createId()
    const put = (store: string) =>
      images.client('PUT', `/v2/images/${id}/file`, {
        body: DATA,
        token: 'member',
        headers: { 'content-type': 'application/octet-stream', 'x-image-meta-store': store },
      })
    expect((await put('web')).status).toBe(410)
    expect((await put('none')).status).toBe(400)
    expect((await images.upload(id)).status).toBe(204)
    const get = (prefer: string) => images.client('GET', `/v2/images/${id}/file?prefer=${prefer}`, { token: 'member' })
    expect((await get('web,file')).status).toBe(200)
    expect((await get('none')).status).toBe(400)
  })
})
