import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BYTES, DATA, fieldsOf, startImages, type TestImages } from '../testing/images.ts'

let images: TestImages
let web: Server
let base: string
const second = mkdtempSync(join(tmpdir(), 'second-store-'))

beforeAll(async () => {
  web = createServer((request, response) => {
    if (request.url === '/good') return response.end(DATA)
    if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': 5000 })
      response.write(DATA)
      return setTimeout(() => response.destroy(), 20)
    }
    if (request.url === '/away') return response.writeHead(302, { location: 'http://127.0.0.2:80/secret' }).end()
    if (request.url === '/around') return response.writeHead(302, { location: '/around' }).end()
    if (request.url === '/moved') return response.writeHead(301, { location: 'good' }).end()
    return response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => {
    web.listen(0, '127.0.0.1', resolve)
  })
  const address = web.address()
  base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  images = await startImages({ image_stores: { second }, web_download_hosts: ['127.0.0.1'] })
})
afterAll(async () => {
  await images.services.stop()
  web.close()
  rmSync(second, { recursive: true })
})

const client: TestImages['client'] = (...args) => images.client(...args)
const show = async (id: string) => fieldsOf(await client('GET', `/v2/images/${id}`, { token: 'admin' }))
const stage = (id: string, body: Uint8Array = DATA) =>
  client('PUT', `/v2/images/${id}/stage`, { body, token: 'member', headers: BYTES })
const begin = (id: string, body: object, token = 'member', headers = {}) =>
  client('POST', `/v2/images/${id}/import`, { body, token, headers: { accept: 'application/json', ...headers } })
const settled = async (id: string) => {
  await images.services.runtime.platform.work.settled(`image:${id}`)
  return show(id)
}
const tasks = async (id: string): Promise<Record<string, unknown>[]> => {
  const list = fieldsOf(await client('GET', `/v2/images/${id}/tasks`, { token: 'member' }))['tasks']
  return Array.isArray(list) ? list.map((task: unknown) => (typeof task === 'object' ? { ...task } : {})) : []
}
const staged = (): string[] =>
  readdirSync(join(images.services.runtime.platform.config.state, 'images-staging'), { recursive: true })
    .map(String)
    .filter((name) => name !== '.incoming')
const direct = { method: { name: 'glance-direct' } }
const download = (path: string) => ({ method: { name: 'web-download', uri: `${base}${path}` } })

describe('glance-direct', () => {
  it('imports what was staged, and its task tells so', async () => {
    const id = await images.createId()
    const created = await images.create()
    expect(created.headers.get('openstack-image-import-methods')).toBe(
      'glance-direct,web-download,copy-image,glance-download',
    )
    expect((await begin(id, direct)).status).toBe(409)
    expect((await stage(id)).status).toBe(204)
    expect(await show(id)).toMatchObject({ status: 'uploading', size: 1024, checksum: null })
    expect((await stage(id)).status).toBe(409)
    expect((await images.upload(id)).status).toBe(409)
    const answer = await begin(id, direct)
    expect([answer.status, answer.body]).toEqual([202, ''])
    expect(await settled(id)).toMatchObject({
      status: 'active',
      size: 1024,
      checksum: createHash('md5').update(DATA).digest('hex'),
      os_hash_value: createHash('sha512').update(DATA).digest('hex'),
      stores: 'file',
      os_glance_importing_to_stores: '',
      os_glance_failed_import: '',
    })
    expect(await show(id)).not.toHaveProperty('os_glance_import_task')
    expect(staged()).toEqual([])
    const [task] = await tasks(id)
    expect(task).toMatchObject({
      type: 'api_image_import',
      status: 'success',
      request_id: answer.headers.get('x-openstack-request-id'),
      input: { image_id: id, import_req: direct, backend: ['file'] },
      result: { image_id: id },
    })
    const path = `/v2/tasks/${String(task?.['id'])}`
    expect((await client('GET', path, { token: 'admin' })).body).toMatchObject({ status: 'success', image_id: id })
    expect((await client('GET', path, { token: 'member' })).status).toBe(403)
    expect((await client('GET', '/v2/tasks?limit=1', { token: 'admin' })).body).toMatchObject({
      tasks: [{ type: 'api_image_import' }],
      first: '/v2/tasks?limit=1',
    })
    expect((await client('DELETE', path, { token: 'admin' })).status).toBe(405)
  })

  it('refuses what is not the disk it should be, and the image waits again', async () => {
    const id = await images.createId({ disk_format: 'qcow2' })
    await stage(id)
    expect((await begin(id, direct)).status).toBe(202)
    expect(await settled(id)).toMatchObject({ status: 'queued', size: null, os_glance_failed_import: 'file' })
    expect(await tasks(id)).toMatchObject([
      { status: 'failure', message: expect.stringContaining('does not match stream data') },
    ])
    expect(staged()).toEqual([])
    await images.patch(id, [{ op: 'replace', path: '/disk_format', value: 'raw' }])
    expect((await stage(id)).status).toBe(204)
    expect((await begin(id, direct)).status).toBe(202)
    expect(await settled(id)).toMatchObject({ status: 'active', os_glance_failed_import: '' })
  })

  it('leaves nothing where the image is deleted before', async () => {
    const id = await images.createId()
    await stage(id)
    expect((await client('DELETE', `/v2/images/${id}`, { token: 'member' })).status).toBe(204)
    await expect.poll(staged).toEqual([])
  })

  it('takes data only once, only from its owner', async () => {
    const id = await images.createId({ visibility: 'community' })
    const stranger = await client('PUT', `/v2/images/${id}/stage`, {
      body: DATA,
      token: 'other-member',
      headers: BYTES,
    })
    expect(stranger.status).toBe(403)
    await stage(id)
    const answers = await Promise.all([begin(id, direct), begin(id, direct), begin(id, direct)])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([202, 409, 409])
    expect(await settled(id)).toMatchObject({ status: 'active' })
  })
})

describe('web-download', () => {
  it.each(['/good', '/moved'])('imports %s', async (path) => {
    const id = await images.createId()
    expect((await begin(id, download(path))).status).toBe(202)
    expect(await settled(id)).toMatchObject({ status: 'active', size: 1024 })
  })

  it.each([
    ['/cut', 'ended too early'],
    ['/away', 'does not pass filtering'],
    ['/around', 'redirects too often'],
    ['/none', 'answered 404'],
  ])('of %s fails: %s', async (path, reason) => {
    const id = await images.createId()
    expect((await begin(id, download(path))).status).toBe(202)
    expect(await settled(id)).toMatchObject({ status: 'queued' })
    const [task] = await tasks(id)
    expect(task?.['status']).toBe('failure')
    if (path !== '/cut') expect(task?.['message']).toContain(reason)
    expect(staged()).toEqual([])
  })

  it.each([
    undefined,
    'file:///etc/passwd',
    'ftp://example.org/x',
    'http://127.0.0.2/x',
    'http://169.254.169.254/latest',
    'http://10.1.2.3/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.2]/',
    'http://2130706434/',
    'http://0x7f.2/',
    'http://example.org:22/',
  ])('refuses %s', async (uri) => {
    const id = await images.createId()
    const answer = await begin(id, { method: { name: 'web-download', ...(uri === undefined ? {} : { uri }) } })
    expect(answer.status).toBe(400)
    expect(String(fieldsOf(answer)['message'])).toContain('URI for web-download does not pass filtering')
    expect(await tasks(id)).toEqual([])
  })

  it('refuses a name that leads to this machine', async () => {
    const id = await images.createId()
    expect((await begin(id, { method: { name: 'web-download', uri: 'http://localhost/x' } })).status).toBe(202)
    expect(await settled(id)).toMatchObject({ status: 'queued' })
    expect(await tasks(id)).toMatchObject([{ message: expect.stringContaining('which is not public') }])
  })

  it('is what an administrator begins as a task too', async () => {
    const input = { import_from: `${base}/good`, import_from_format: 'raw', image_properties: { disk_format: 'raw' } }
    const answer = await client('POST', '/v2/tasks', { body: { type: 'import', input }, token: 'admin' })
    expect([answer.status, fieldsOf(answer)['type']]).toEqual([201, 'import'])
    const id = String(fieldsOf(answer)['image_id'])
    expect(await settled(id)).toMatchObject({ status: 'active' })
    const file = { ...input, import_from: 'file:///etc/passwd' }
    expect((await client('POST', '/v2/tasks', { body: { type: 'import', input: file }, token: 'admin' })).status).toBe(
      400,
    )
    expect((await client('POST', '/v2/tasks', { body: { type: 'import', input }, token: 'member' })).status).toBe(403)
  })
})

describe('stores', () => {
  it('are chosen by import and upload', async () => {
    const id = await images.createId()
    await stage(id)
    expect((await begin(id, { ...direct, stores: ['file', 'second'] })).status).toBe(202)
    expect(await settled(id)).toMatchObject({ status: 'active', stores: 'file,second' })
    const everywhere = await images.createId()
    await stage(everywhere)
    expect((await begin(everywhere, { ...direct, all_stores: true })).status).toBe(202)
    expect(await settled(everywhere)).toMatchObject({ stores: 'file,second' })
    const uploaded = await images.createId()
    const put = (store: string) =>
      client('PUT', `/v2/images/${uploaded}/file`, {
        body: DATA,
        token: 'member',
        headers: { ...BYTES, 'x-image-meta-store': store },
      })
    expect((await put('third')).status).toBe(400)
    expect((await put('second')).status).toBe(204)
    expect(await show(uploaded)).toMatchObject({ stores: 'second' })
  })

  it('get copies, and give them back', async () => {
    const id = await images.createId()
    await images.upload(id)
    const copy = (stores?: string[]) => ({
      method: { name: 'copy-image' },
      ...(stores === undefined ? { all_stores: true, all_stores_must_succeed: false } : { stores }),
    })
    expect((await begin(id, copy())).status).toBe(403)
    expect((await begin(id, copy(['file']), 'admin')).status).toBe(400)
    expect((await begin(id, copy(['third']), 'admin')).status).toBe(409)
    expect((await begin(id, copy(), 'admin')).status).toBe(202)
    expect(await settled(id)).toMatchObject({ status: 'active', stores: 'file,second' })
    expect((await begin(id, copy(), 'admin')).status).toBe(202)
    const remove = (store: string, token = 'admin') => client('DELETE', `/v2/stores/${store}/${id}`, { token })
    expect((await remove('file', 'member')).status).toBe(403)
    expect((await remove('third')).status).toBe(409)
    expect((await remove('file')).status).toBe(204)
    expect(await show(id)).toMatchObject({ stores: 'second' })
    expect((await remove('file')).status).toBe(403)
    const data = await client('GET', `/v2/images/${id}/file`, { token: 'member' })
    expect(data.body).toBe(DATA.toString())
  })

  it.each([
    [{}, "requires a 'method' field"],
    [{ method: {} }, "requires a 'name' field"],
    [{ method: { name: 'magic' } }, "Unknown import method name 'magic'."],
    [{ ...direct, all_stores: 'yes' }, "'all_stores' must be boolean value only"],
    [{ ...direct, all_stores: true, stores: ['file'] }, "All_stores parameter can't be used"],
  ])('an import of %j is refused', async (body, message) => {
    const answer = await begin(await images.createId(), body)
    expect([answer.status, String(fieldsOf(answer)['message'])]).toEqual([400, expect.stringContaining(message)])
  })
})
