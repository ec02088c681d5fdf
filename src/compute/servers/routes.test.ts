import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeFlavor, startCompute, type TestCompute, version } from '../testing/cloud.ts'
import { testImage, testNetwork } from '../testing/doors.ts'

let cloud: TestCompute
beforeAll(async () => {
  cloud = await startCompute()
  await makeFlavor(cloud)
})
afterAll(() => cloud.stop())

const newest = version('2.104')
const create = (server: object, token = 'member', headers: Record<string, string> = newest) =>
  cloud.compute('POST', '/v2.1/servers', {
    token,
    headers,
    body: { server: { name: 'web', imageRef: testImage, flavorRef: '1', networks: 'auto', ...server } },
  })
const idOf = ({ body }: { body: unknown }): string => /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? ''
const show = (id: string, token = 'member', headers: Record<string, string> = newest) =>
  cloud.compute('GET', `/v2.1/servers/${id}`, { token, headers })
const act = (id: string, body: object, token = 'member') =>
  cloud.compute('POST', `/v2.1/servers/${id}/action`, { token, headers: newest, body })

describe('servers', () => {
  it('are created, shown and deleted', async () => {
    const made = await create({ networks: [{ uuid: testNetwork }], metadata: { a: 'b' }, tags: ['x'] })
    expect(made).toMatchObject({
      status: 202,
      body: {
        server: {
          'OS-DCF:diskConfig': 'MANUAL',
          adminPass: expect.stringMatching(/^\w{12}$/),
          security_groups: [{ name: 'default' }],
        },
      },
    })
    expect(made.headers.get('location')).toContain(`/v2.1/servers/${idOf(made)}`)
    expect(made.headers.get('openstack-api-version')).toBe('compute 2.104')
    await cloud.idle()
    expect(await show(idOf(made))).toMatchObject({
      status: 200,
      body: {
        server: {
          status: 'ACTIVE',
          addresses: { network1: [{ version: 4, 'OS-EXT-IPS:type': 'fixed' }] },
          flavor: { original_name: 'nano', vcpus: 1, ram: 64, extra_specs: {} },
          metadata: { a: 'b' },
          tags: ['x'],
          key_name: null,
        },
      },
    })
    const asAdmin = await show(idOf(made), 'other-admin')
    expect(asAdmin.body).toMatchObject({
      server: {
        'OS-EXT-SRV-ATTR:host': 'sim-1',
        'OS-EXT-SRV-ATTR:instance_name': 'instance-00000001',
        host_status: 'UP',
      },
    })
    expect((await cloud.compute('DELETE', `/v2.1/servers/${idOf(made)}`, { token: 'member' })).status).toBe(204)
    await cloud.idle()
    expect((await show(idOf(made))).status).toBe(404)
  })

  it('that are deleted are markers, too', async () => {
    const [older, newer] = [idOf(await create({})), idOf(await create({}))]
    await cloud.idle()
    await Promise.all([older, newer].map((id) => cloud.compute('DELETE', `/v2.1/servers/${id}`)))
    await cloud.idle()
    const page = async (query: string) => (await cloud.compute('GET', `/v2.1/servers?deleted=true&${query}`)).body
    const ids = [...JSON.stringify(await page('')).matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id)
    expect(ids).toEqual(expect.arrayContaining([older, newer]))
    const [first, second] = ids
    expect(await page(`marker=${first ?? ''}&limit=1`)).toMatchObject({ servers: [{ id: second }] })
  })

  it('show what each version had', async () => {
    const id = idOf(await create({}))
    await cloud.idle()
    const at = async (text: string) => JSON.stringify((await show(id, 'member', version(text))).body)
    for (const [field, since] of [
      ['"locked"', 9],
      ['"description"', 19],
      ['"tags"', 26],
      ['"original_name"', 47],
      ['"trusted_image_certificates"', 63],
      ['"server_groups"', 71],
      ['"locked_reason"', 73],
      ['"pinned_availability_zone"', 96],
      ['"scheduler_hints"', 100],
    ] as const) {
      expect(await at(`2.${since - 1}`), `${field} before 2.${since}`).not.toContain(field)
      expect(await at(`2.${since}`), `${field} in 2.${since}`).toContain(field)
    }
    await cloud.compute('DELETE', `/v2.1/servers/${id}`)
    await cloud.idle()
  })

  it('belong to their project', async () => {
    const id = idOf(await create({}))
    await cloud.idle()
    expect(await show(id, 'other-member')).toMatchObject({
      status: 404,
      body: { itemNotFound: { code: 404, message: `Instance ${id} could not be found.` } },
    })
    expect((await show(id, 'reader')).status).toBe(200)
    expect((await create({}, 'reader')).status).toBe(403)
    expect((await act(id, { 'os-stop': null }, 'reader')).status).toBe(403)
    expect((await cloud.compute('GET', '/v2.1/servers?all_tenants=1', { token: 'member' })).status).toBe(403)
    expect((await cloud.compute('GET', '/v2.1/servers', { token: 'other-member' })).body).toEqual({ servers: [] })
    expect((await cloud.compute('GET', '/v2.1/servers?all_tenants=1', { token: 'other-admin' })).body).toMatchObject({
      servers: [{ id }],
    })
    await cloud.compute('DELETE', `/v2.1/servers/${id}`)
    await cloud.idle()
  })

  it('stop, start, reboot, pause, suspend and lock', async () => {
    const id = idOf(await create({}))
    await cloud.idle()
    const status = async () => /"status":"(\w+)"/.exec(JSON.stringify((await show(id)).body))?.[1]
    const acts = async (body: object) => {
      expect((await act(id, body)).status).toBe(202)
      await cloud.idle()
      return status()
    }
    expect(await acts({ 'os-stop': null })).toBe('SHUTOFF')
    expect(await act(id, { 'os-stop': null })).toMatchObject({
      status: 409,
      body: { conflictingRequest: { message: `Cannot 'stop' instance ${id} while it is in vm_state stopped` } },
    })
    expect(await acts({ 'os-start': null })).toBe('ACTIVE')
    expect(await acts({ reboot: { type: 'HARD' } })).toBe('ACTIVE')
    expect(await acts({ pause: null })).toBe('PAUSED')
    expect(await acts({ unpause: null })).toBe('ACTIVE')
    expect((await act(id, { resume: null })).status).toBe(409)
    expect(await acts({ suspend: null })).toBe('SUSPENDED')
    expect(await act(id, { 'os-start': null })).toMatchObject({
      status: 409,
      body: { conflictingRequest: { message: `Cannot 'start' instance ${id} while it is in vm_state suspended` } },
    })
    expect(await acts({ resume: null })).toBe('ACTIVE')
    expect(await acts({ suspend: null })).toBe('SUSPENDED')
    expect(await acts({ reboot: { type: 'HARD' } })).toBe('ACTIVE')
    const done = await cloud.compute('GET', `/v2.1/servers/${id}/os-instance-actions`, {
      token: 'member',
      headers: newest,
    })
    const names = [...JSON.stringify(done.body).matchAll(/"action":"(\w+)"/g)].map(([, name]) => name)
    expect(names.toSorted((a = '', b = '') => a.localeCompare(b))).toEqual([
      'create',
      'pause',
      'reboot',
      'reboot',
      'resume',
      'start',
      'stop',
      'suspend',
      'suspend',
      'unpause',
    ])
    expect(await acts({ lock: null })).toBe('ACTIVE')
    expect(await act(id, { 'os-stop': null })).toMatchObject({
      status: 409,
      body: { conflictingRequest: { message: `Instance ${id} is locked` } },
    })
    expect(await acts({ unlock: null })).toBe('ACTIVE')
    expect(await act(id, { 'os-getConsoleOutput': { length: 5 } })).toMatchObject({
      status: 200,
      body: { output: expect.stringContaining('login:') },
    })
    expect(await act(id, { nonsense: {} })).toMatchObject({ status: 400 })
    expect(await act(id, { reboot: { type: 'warm' } })).toMatchObject({ status: 400 })
    await cloud.compute('DELETE', `/v2.1/servers/${id}`)
    await cloud.idle()
  })

  it('page and filter', async () => {
    const names = ['a1', 'a2', 'b1']
    for (const name of names) await create({ name })
    await cloud.idle()
    const list = async (query: string) =>
      (await cloud.compute('GET', `/v2.1/servers?${query}`, { token: 'member', headers: newest })).body
    const first = await list('limit=2&sort_key=display_name&sort_dir=asc')
    expect(first).toMatchObject({ servers: [{ name: 'a1' }, { name: 'a2' }], servers_links: [{ rel: 'next' }] })
    const next =
      /\?([^"]+)"/.exec(JSON.stringify(first).slice(JSON.stringify(first).indexOf('servers_links')))?.[1] ?? ''
    expect(await list(next)).toMatchObject({ servers: [{ name: 'b1' }] })
    expect(await list('name=a&sort_key=display_name&sort_dir=desc')).toMatchObject({
      servers: [{ name: 'a2' }, { name: 'a1' }],
    })
    expect(await list('name=%5Ea.%24&sort_key=display_name&sort_dir=asc')).toMatchObject({
      servers: [{ name: 'a1' }, { name: 'a2' }],
    })
    expect(await list('name=B%5B1%5D')).toMatchObject({ servers: [{ name: 'b1' }] })
    expect(await list('name=%5B')).toMatchObject({
      badRequest: { message: "Invalid input for query parameters name. Value: [. '[' is not a 'regex'" },
    })
    expect(await list('locked=x')).toMatchObject({
      badRequest: { message: expect.stringContaining("Unrecognized value 'x', acceptable values are: '0', '1'") },
    })
    expect(await list('status=SHUTOFF')).toEqual({ servers: [] })
    expect((await cloud.compute('GET', '/v2.1/servers?status=nonsense', { headers: newest })).status).toBe(400)
    expect((await cloud.compute('GET', '/v2.1/servers?limit=-1')).status).toBe(400)
    expect((await cloud.compute('GET', '/v2.1/servers?marker=none')).status).toBe(400)
  })

  it.each([
    ['no name', { name: '' }, 400],
    ['a name with blanks around', { name: ' x ' }, 400],
    ['an unknown key', { colour: 'blue' }, 400],
    ['a flavor that is not', { flavorRef: 'none' }, 400],
    ['an image that is not', { imageRef: testNetwork }, 400],
    ['a network that is not', { networks: [{ uuid: testImage }] }, 400],
    ['user data that is no base64', { user_data: '!' }, 400],
    ['a key that is not', { key_name: 'none' }, 400],
    ['min above max', { min_count: 3, max_count: 2 }, 400],
    ['a tag with a slash', { tags: ['a/b'] }, 400],
    ['more than the quota', { min_count: 30 }, 403],
  ])('are refused with %s', async (_what, body, status) => {
    expect((await create(body)).status).toBe(status)
  })

  it('take several at once', async () => {
    const made = await create({ name: 'many', min_count: 2, max_count: 2, return_reservation_id: true })
    expect(made.body).toMatchObject({ reservation_id: expect.stringMatching(/^r-[0-9a-f]{8}$/) })
    await cloud.idle()
    const listed = await cloud.compute('GET', '/v2.1/servers?name=many&sort_key=display_name&sort_dir=asc', {
      token: 'member',
    })
    expect(listed.body).toMatchObject({ servers: [{ name: 'many-1' }, { name: 'many-2' }] })
  })
})
