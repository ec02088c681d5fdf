import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fieldsOf, PATCH, startImages, type TestImages } from '../testing/images.ts'

let images: TestImages
beforeAll(async () => {
  images = await startImages()
})
afterAll(() => images.services.stop())
const client: TestImages['client'] = (...args) => images.client(...args)
const create: TestImages['create'] = (...args) => images.create(...args)
const createId: TestImages['createId'] = (...args) => images.createId(...args)
const upload: TestImages['upload'] = (...args) => images.upload(...args)
const patch: TestImages['patch'] = (...args) => images.patch(...args)

describe('create and show', () => {
  it('answers with every field, the own ones first', async () => {
    const id = '8d1f4f6e-0f3c-4a8e-9a53-2f1a6f0c1c11'
    const answer = await create({ id, name: 'cirros', hw_rng_model: 'virtio', 'os:x"y': 'a"b', tags: ['b', 'a', 'b'] })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toMatch(new RegExp(`/v2/images/${id}$`))
    expect(answer.headers.get('openstack-image-store-ids')).toBe('file')
    expect(Object.entries(fieldsOf(answer))).toEqual([
      ['hw_rng_model', 'virtio'],
      ['os:x"y', 'a"b'],
      ['name', 'cirros'],
      ['disk_format', 'raw'],
      ['container_format', 'bare'],
      ['visibility', 'shared'],
      ['size', null],
      ['virtual_size', null],
      ['status', 'queued'],
      ['checksum', null],
      ['protected', false],
      ['min_ram', 0],
      ['min_disk', 0],
      ['owner', 'our-project-id'],
      ['os_hidden', false],
      ['os_hash_algo', null],
      ['os_hash_value', null],
      ['id', id],
      ['created_at', expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)],
      ['updated_at', expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)],
      ['tags', ['b', 'a']],
      ['self', `/v2/images/${id}`],
      ['file', `/v2/images/${id}/file`],
      ['schema', '/v2/schemas/image'],
    ])
    expect((await client('GET', `/v2/images/${id}`, { token: 'reader' })).body).toEqual(answer.body)
    expect((await create({ id })).status).toBe(409)
  })

  it.each<[object, number, string]>([
    [{ disk_format: 'floppy' }, 400, "'floppy' is not one of [None, 'ami'"],
    [{ name: 'x'.repeat(256) }, 400, 'is too long'],
    [{ min_disk: -1 }, 400, "Invalid value '-1' for parameter 'min_disk'"],
    [{ min_ram: 2 ** 31 }, 400, 'out of range'],
    [{ color: 7 }, 400, "7 is not of type 'string'"],
    [{ ['x'.repeat(256)]: 'y' }, 400, 'Custom property should not be greater than 255 characters.'],
    [{ big: 'x'.repeat(65_536) }, 400, 'must not exceed 65535 bytes'],
    [{ id: 'not-a-uuid' }, 400, 'does not match'],
    [{ status: 'active' }, 403, "Attribute 'status' is read-only."],
    [{ self: '/x' }, 403, "Attribute 'self' is read-only."],
    [{ deleted: 'x' }, 403, "Attribute 'deleted' is reserved."],
    [{ os_glance_x: 'x' }, 403, "Attribute 'os_glance_x' is reserved."],
    [{ locations: [] }, 403, "Attribute 'locations' is reserved."],
    [{ visibility: 'public' }, 403, 'publicize_image'],
    [{ owner: 'other-project-id' }, 403, "You are not permitted to create images owned by 'other-project-id'"],
    [Object.fromEntries(Array.from({ length: 129 }, (_, at) => [`p${at}`, 'x'])), 413, 'Attempted: 129, Maximum: 128'],
    [{ tags: Array.from({ length: 129 }, (_, at) => `t${at}`) }, 413, 'image tags. Attempted: 129, Maximum: 128'],
  ])('refuses %j', async (fields, status, message) => {
    const answer = await client('POST', '/v2/images', {
      body: fields,
      token: 'member',
      headers: { accept: 'application/json' },
    })
    expect([answer.status, fieldsOf(answer)['message']]).toEqual([status, expect.stringContaining(message)])
  })

  it('keeps readers and tokens without a project out', async () => {
    for (const token of ['reader', 'system-admin', 'unscoped']) expect((await create({}, token)).status).toBe(403)
    expect((await client('POST', '/v2/images', { body: '{"name":' })).status).toBe(400)
    expect((await client('POST', '/v2/images')).status).toBe(400)
  })
})

describe('lists', () => {
  it('are filtered, sorted and paged', async () => {
    for (const [name, size] of [
      ['l-a', 3],
      ['l-b', 1],
      ['l-c', 2],
    ] as const) {
      const id = await createId({ name, kind: 'listed', tags: ['x', name], min_disk: size })
      await upload(id, Buffer.alloc(size))
    }
    const names = async (query: string): Promise<string[] | number> => {
      const answer = await client('GET', `/v2/images?kind=listed&${query}`, { token: 'member' })
      if (answer.status !== 200) return answer.status
      return [...JSON.stringify(answer.body).matchAll(/"name":"(l-\w)"/g)].map(([, name]) => name ?? '')
    }
    expect(await names('sort=name:asc')).toEqual(['l-a', 'l-b', 'l-c'])
    expect(await names('sort_key=size&sort_dir=asc')).toEqual(['l-b', 'l-c', 'l-a'])
    expect(await names('sort_key=status&sort_dir=asc&sort_key=name&sort_dir=desc')).toEqual(['l-c', 'l-b', 'l-a'])
    expect(await names('size_min=2&size_max=2')).toEqual(['l-c'])
    expect(await names('tag=x&tag=l-b')).toEqual(['l-b'])
    expect(await names('name=in:"l-a",l-c&sort=name:asc')).toEqual(['l-a', 'l-c'])
    expect(await names('created_at=gt:2020-01-01T00:00:00Z&sort=name')).toEqual(['l-c', 'l-b', 'l-a'])
    expect(await names('created_at=lt:2020-01-01T00:00:00Z')).toEqual([])
    // Times are compared as they are shown, in whole seconds.
    const { body } = await client('GET', '/v2/images?kind=listed&name=l-b', { token: 'member' })
    const shown = /"updated_at":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? ''
    const isFound = async (operator: string) => await names(`name=l-b&updated_at=${operator}:${shown}`)
    expect(await Promise.all(['eq', 'gte', 'lte', 'neq', 'gt', 'lt'].map(isFound))).toEqual([
      ['l-b'],
      ['l-b'],
      ['l-b'],
      [],
      [],
      [],
    ])
    expect(await names('status=queued')).toEqual([])
    for (const bad of [
      'limit=x',
      'limit=-1',
      'sort_key=owner',
      'sort_dir=up',
      'sort=name&sort_dir=asc',
      'visibility=mine',
      'size_min=x',
      'created_at=never',
      'name=like:x',
      'os_hidden=maybe',
      'member_status=gone',
      'name=in:"a',
    ]) {
      expect([bad, await names(bad)]).toEqual([bad, 400])
    }
    const first = fieldsOf(await client('GET', '/v2/images?kind=listed&limit=2&sort=name:asc', { token: 'member' }))
    expect(first['first']).toBe('/v2/images?kind=listed&limit=2&sort=name%3Aasc')
    const next = await client('GET', String(first['next']), { token: 'member' })
    expect(JSON.stringify(next.body)).toContain('"name":"l-c"')
    expect(fieldsOf(next)).not.toHaveProperty('next')
    expect(await names('marker=a7f0e3c6-0000-4000-8000-000000000000')).toBe(400)
    const others = await createId({}, 'other-member')
    expect(await names(`marker=${others}`)).toBe(403)
    // One key's direction breaks its ties, too.
    expect(await names('sort=disk_format:asc')).toEqual(await names('sort=created_at:asc'))
  })

  it('leave hidden images out until asked for', async () => {
    await createId({ name: 'hidden', os_hidden: true })
    const find = async (query: string): Promise<unknown> =>
      fieldsOf(await client('GET', `/v2/images?name=hidden${query}`, { token: 'member' }))['images']
    expect(await find('')).toEqual([])
    expect(await find('&os_hidden=true')).toHaveLength(1)
  })
})

describe('patches', () => {
  it('change, add and remove, in both drafts', async () => {
    const id = await createId({ colour: 'red' })
    const changed = await patch(id, [
      { op: 'replace', path: '/name', value: 'new' },
      { op: 'replace', path: '/colour', value: 'blue' },
      { op: 'add', path: '/shape~1~0', value: 'round' },
      { op: 'add', path: '/tags', value: ['one'] },
      { op: 'replace', path: '/protected', value: true },
    ])
    expect(changed).toMatchObject({
      status: 200,
      body: { name: 'new', colour: 'blue', 'shape/~': 'round', tags: ['one'], protected: true },
    })
    expect((await client('DELETE', `/v2/images/${id}`, { token: 'member' })).status).toBe(403)
    const draft4 = (changes: unknown) =>
      client('PATCH', `/v2/images/${id}`, {
        body: changes,
        token: 'member',
        headers: { 'content-type': 'application/openstack-images-v2.0-json-patch' },
      })
    expect((await draft4([{ replace: '/protected', value: false }])).status).toBe(200)
    expect((await draft4([{ add: '/colour', value: 'x' }])).status).toBe(409)
    expect((await draft4([{ remove: '/colour' }])).body).not.toHaveProperty('colour')
    expect((await client('PATCH', `/v2/images/${id}`, { body: [], token: 'member' })).status).toBe(415)
  })

  it.each<[unknown, number]>([
    [{}, 400],
    ['text', 400],
    [[7], 400],
    [[{ path: '/name', value: 'x' }], 400],
    [[{ op: 'copy', path: '/name', value: 'x' }], 400],
    [[{ op: 'replace', path: 'name', value: 'x' }], 400],
    [[{ op: 'replace', path: '/a//b', value: 'x' }], 400],
    [[{ op: 'replace', path: '/a/', value: 'x' }], 400],
    [[{ op: 'replace', path: '/a~2', value: 'x' }], 400],
    [[{ op: 'replace', path: '/a/b', value: 'x' }], 400],
    [[{ op: 'replace', path: '/name' }], 400],
    [[{ op: 'replace', path: '/name', value: 7 }], 400],
    [[{ op: 'replace', path: '/visibility', value: 'mine' }], 400],
    [[{ op: 'replace', path: '/min_ram', value: -1 }], 400],
    [[{ op: 'add', path: '/new', value: { deep: 1 } }], 400],
    [[{ op: 'replace', path: '/status', value: 'active' }], 403],
    [[{ op: 'replace', path: '/id', value: 'x' }], 403],
    [[{ op: 'add', path: '/os_glance_x', value: 'x' }], 403],
    [[{ op: 'remove', path: '/name' }], 403],
    [[{ op: 'replace', path: '/owner', value: 'x' }], 403],
    [[{ op: 'replace', path: '/visibility', value: 'public' }], 403],
    [[{ op: 'replace', path: '/locations', value: [] }], 403],
    [[{ op: 'add', path: '/locations/-', value: { url: 'file:///etc/passwd', metadata: {} } }], 403],
    [[{ op: 'replace', path: '/missing', value: 'x' }], 409],
    [[{ op: 'remove', path: '/missing' }], 409],
  ])('refuse %j', async (changes, status) => {
    const id = await createId({ colour: 'red' })
    const answer = await client('PATCH', `/v2/images/${id}`, {
      body: JSON.stringify(changes),
      token: 'member',
      headers: PATCH,
    })
    expect(answer.status).toBe(status)
  })

  it('let only the owner and administrators change an image', async () => {
    const id = await createId({ visibility: 'community' })
    const rename = [{ op: 'replace', path: '/name', value: 'mine' }]
    expect((await patch(id, rename, 'other-member')).status).toBe(403)
    expect((await patch(id, rename, 'reader')).status).toBe(403)
    expect((await patch(id, rename, 'admin')).status).toBe(200)
    expect(
      (await patch(id, [{ op: 'replace', path: '/owner', value: 'other-project-id' }], 'admin')).body,
    ).toMatchObject({ owner: 'other-project-id' })
    const secret = await createId({ visibility: 'private' })
    expect((await patch(secret, rename, 'other-member')).status).toBe(404)
    expect((await client('DELETE', `/v2/images/${secret}`, { token: 'other-member' })).status).toBe(404)
  })
})
