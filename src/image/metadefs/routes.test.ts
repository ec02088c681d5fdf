import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer } from '#platform/testing/api.ts'
import { fieldsOf, startImages, type TestImages } from '../testing/images.ts'

let images: TestImages
beforeAll(async () => {
  images = await startImages()
  // The standard ones have tests of their own.
  for (const table of ['image_metadef_namespaces', 'image_metadef_items'] as const) {
    await images.services.ctx().db.write.deleteFrom(table).execute()
  }
})
afterAll(() => images.services.stop())

const root = '/v2/metadefs/namespaces'
const call = (method: string, path: string, body?: object, token = 'admin', headers = {}): Promise<Answer> =>
  images.client(method, path, {
    ...(body === undefined ? {} : { body }),
    token,
    headers: { accept: 'application/json', ...headers },
  })
let count = 0
const make = async (fields: object = {}): Promise<string> => {
  count += 1
  const namespace = `Own::Space${count}`
  const answer = await call('POST', root, { namespace, visibility: 'public', ...fields })
  expect(answer.status).toBe(201)
  return namespace
}
const messageOf = (answer: Answer): string => String(fieldsOf(answer)['message'])

describe('a body that is not as it should be', () => {
  it.each<[string, object]>([
    ['', { namespace: 'x', objects: [{}] }],
    ['', { namespace: 'x', objects: [{ name: 'o', properties: { p: {} } }] }],
    ['', { namespace: 'x', tags: [{}] }],
    ['', { namespace: 'x', resource_type_associations: [{ prefix: 'x' }] }],
    ['/none/objects', { name: 5 }],
  ])('of %j is refused, also to those who may not send one: %j', async (path, body) => {
    for (const token of ['admin', 'member']) {
      const answer = await call('POST', `${root}${path}`, body, token)
      expect([token, answer.status, messageOf(answer)]).toEqual([
        token,
        400,
        expect.stringContaining('does not match schema'),
      ])
    }
  })
})

describe('namespaces', () => {
  it('are created whole, listed, shown, changed and deleted', async () => {
    const created = await call('POST', root, {
      namespace: 'OS::Test::All',
      display_name: 'All',
      description: 'Everything at once',
      visibility: 'public',
      protected: true,
      resource_type_associations: [{ name: 'OS::Nova::Flavor', prefix: 'hw:' }, { name: 'Own::Thing' }],
      objects: [{ name: 'cpu', required: ['cores'], properties: { cores: { title: 'Cores', type: 'integer' } } }],
      properties: { color: { title: 'Color', type: 'string', enum: ['red'], default: 'red' } },
      tags: [{ name: 'nice' }],
    })
    expect(created.status).toBe(201)
    expect(created.headers.get('location')).toMatch(/\/v2\/metadefs\/namespaces\/OS::Test::All$/)
    expect((await call('POST', root, { namespace: 'OS::Test::All' })).status).toBe(409)
    const path = `${root}/OS::Test::All`
    expect((await call('GET', path, undefined, 'reader')).body).toMatchObject({
      namespace: 'OS::Test::All',
      protected: true,
      self: path,
      schema: '/v2/schemas/metadefs/namespace',
      objects: [{ name: 'cpu', required: ['cores'], self: `${path}/objects/cpu` }],
      properties: { color: { title: 'Color', default: 'red' } },
      tags: [{ name: 'nice' }],
      resource_type_associations: [{ name: 'OS::Nova::Flavor', prefix: 'hw:' }, { name: 'Own::Thing' }],
    })
    const onFlavors = await call('GET', `${path}?resource_type=OS::Nova::Flavor`)
    expect(onFlavors.body).toMatchObject({
      properties: { 'hw:color': { type: 'string' } },
      objects: [{ properties: { 'hw:cores': {} }, required: ['hw:cores'] }],
    })
    const listed = await call('GET', `${root}?resource_types=OS::Nova::Flavor&visibility=public`, undefined, 'reader')
    expect(listed.body).toMatchObject({
      namespaces: [{ namespace: 'OS::Test::All', resource_type_associations: [{}, {}] }],
      first: `${root}?resource_types=OS%3A%3ANova%3A%3AFlavor&visibility=public`,
    })
    expect((await call('GET', '/v2/metadefs/resource_types')).body).toMatchObject({
      resource_types: expect.arrayContaining([expect.objectContaining({ name: 'Own::Thing' })]),
    })
    expect(messageOf(await call('DELETE', path))).toContain('is protected and cannot be deleted.')
    expect((await call('DELETE', `${path}/objects/cpu`)).status).toBe(403)
    const changed = await call('PUT', path, { namespace: 'OS::Test::Renamed', visibility: 'private' })
    expect(changed.body).toMatchObject({ namespace: 'OS::Test::Renamed', visibility: 'private', protected: false })
    expect(fieldsOf(changed)).not.toHaveProperty('description')
    expect((await call('GET', path)).status).toBe(404)
    const renamed = `${root}/OS::Test::Renamed`
    expect((await call('GET', `${renamed}/tags`)).body).toEqual({ tags: [{ name: 'nice' }] })
    expect((await call('GET', renamed, undefined, 'other-member')).status).toBe(404)
    expect((await call('DELETE', renamed)).status).toBe(204)
    expect((await call('GET', renamed)).status).toBe(404)
  })

  it('are paged', async () => {
    const names = [await make(), await make(), await make()]
    const page = async (path: string) => fieldsOf(await call('GET', path))
    const first = await page(`${root}?limit=2&sort_key=namespace&sort_dir=desc`)
    expect(first['namespaces']).toMatchObject([{ namespace: names[2] }, { namespace: names[1] }])
    expect((await page(String(first['next'])))['namespaces']).toMatchObject([{ namespace: names[0] }])
    expect((await call('GET', `${root}?limit=x`)).status).toBe(400)
    expect((await call('GET', `${root}?sort_dir=up`)).status).toBe(400)
    expect((await call('GET', `${root}?visibility=shared`)).status).toBe(400)
    expect((await call('GET', `${root}?marker=none`)).status).toBe(404)
  })

  it('are the administrator’s to change', async () => {
    const namespace = await make()
    expect((await call('POST', root, { namespace: 'mine' }, 'member')).status).toBe(403)
    expect((await call('PUT', `${root}/${namespace}`, { namespace }, 'member')).status).toBe(403)
    expect((await call('DELETE', `${root}/${namespace}`, undefined, 'member')).status).toBe(403)
    expect((await call('POST', `${root}/${namespace}/tags/x`, undefined, 'member')).status).toBe(403)
    expect((await call('GET', `${root}/${namespace}/tags`, undefined, 'reader')).status).toBe(200)
  })

  it.each([
    [{}, "'namespace' is a required property"],
    [{ namespace: 'x'.repeat(81) }, 'is too long'],
    [{ namespace: 'x', visibility: 'shared' }, "'shared' is not one of ['public', 'private']"],
    [{ namespace: 'x', extra: 1 }, 'Additional properties are not allowed'],
    [{ namespace: 'x', properties: { a: { type: 'string' } } }, "'title' is a required property"],
  ])('are refused as %j', async (body, message) => {
    const answer = await call('POST', root, body)
    expect(answer.status).toBe(400)
    expect(messageOf(answer)).toContain("Provided object does not match schema 'namespace'")
    expect(messageOf(answer)).toContain(message)
  })

  it('have fields that nobody sets', async () => {
    expect((await call('POST', root, { namespace: 'x', self: '/x' })).status).toBe(403)
    expect((await call('POST', root)).status).toBe(400)
  })
})

describe('objects, properties and tags', () => {
  it.each([
    ['objects', { name: 'one', properties: { a: { title: 'A', type: 'string' } } }, { name: 'two' }],
    [
      'properties',
      { name: 'one', title: 'One', type: 'integer', minimum: 1 },
      { name: 'two', title: 'T', type: 'string' },
    ],
  ])('%s are created, shown, changed and deleted', async (kind, one, two) => {
    const namespace = await make()
    const path = `${root}/${namespace}/${kind}`
    const created = await call('POST', path, one)
    expect([created.status, created.body]).toEqual([201, expect.objectContaining(one)])
    expect((await call('POST', path, one)).status).toBe(409)
    expect((await call('GET', `${path}/one`, undefined, 'reader')).body).toMatchObject(one)
    expect((await call('POST', path, { ...two, name: 'three' })).status).toBe(201)
    expect((await call('PUT', `${path}/one`, { ...two, name: 'three' })).status).toBe(409)
    expect((await call('PUT', `${path}/one`, two)).body).toMatchObject(two)
    expect((await call('GET', `${path}/one`)).status).toBe(404)
    if (kind !== 'properties') expect((await call('GET', `${path}?visibility=none`)).status).toBe(400)
    expect(messageOf(await call('DELETE', `${path}/one`))).toContain('Could not find ')
    expect((await call('DELETE', `${path}/two`)).status).toBe(204)
    expect((await call('DELETE', path)).status).toBe(204)
    const left = fieldsOf(await call('GET', path))[kind]
    expect(left).toEqual(kind === 'objects' ? [] : {})
    expect((await call('POST', path, { ...one, color: 'red' })).status).toBe(400)
    expect((await call('GET', `${root}/none/${kind}`)).status).toBe(404)
  })

  it('tags are set together, added to and renamed', async () => {
    const namespace = await make()
    const path = `${root}/${namespace}/tags`
    const set = (names: string[], headers = {}) =>
      call('POST', path, { tags: names.map((name) => ({ name })) }, 'admin', headers)
    expect((await set(['a', 'b'])).status).toBe(201)
    expect((await set(['a', 'c'])).body).toEqual({ tags: [{ name: 'a' }, { name: 'c' }] })
    expect((await set(['d'], { 'x-openstack-append': 'true' })).status).toBe(201)
    expect((await set(['a'], { 'x-openstack-append': 'true' })).status).toBe(409)
    expect((await set(['z', 'z'])).status).toBe(409)
    expect((await call('POST', `${path}/e`)).status).toBe(201)
    expect((await call('PUT', `${path}/e`, { name: 'f' })).body).toMatchObject({ name: 'f' })
    const names = async (query: string) => fieldsOf(await call('GET', `${path}${query}`))['tags']
    expect(await names('?sort_key=name&sort_dir=asc')).toEqual(['a', 'c', 'd', 'f'].map((name) => ({ name })))
    expect(await names('?sort_key=name&sort_dir=asc&marker=a&limit=2')).toEqual([{ name: 'c' }, { name: 'd' }])
    expect((await call('DELETE', path)).status).toBe(204)
    expect(await names('')).toEqual([])
    expect((await call('POST', `${path}/${'x'.repeat(81)}`)).status).toBe(400)
  })

  it('associations name properties', async () => {
    const namespace = await make()
    const path = `${root}/${namespace}/resource_types`
    const association = { name: 'OS::Glance::Image', prefix: 'hw_' }
    expect((await call('POST', path, association)).status).toBe(201)
    expect((await call('POST', path, association)).status).toBe(409)
    expect((await call('GET', path)).body).toMatchObject({ resource_type_associations: [association] })
    await call('POST', `${root}/${namespace}/properties`, { name: 'size', title: 'Size', type: 'integer' })
    const find = (name: string) =>
      call('GET', `${root}/${namespace}/properties/${name}?resource_type=OS::Glance::Image`)
    expect((await find('hw_size')).body).toMatchObject({ name: 'size' })
    expect((await find('size')).status).toBe(404)
    expect((await call('DELETE', `${path}/OS::Glance::Image`)).status).toBe(204)
    expect((await call('DELETE', `${path}/OS::Glance::Image`)).status).toBe(404)
  })

  it('have schemas', async () => {
    const of = async (name: string) => fieldsOf(await call('GET', `/v2/schemas/metadefs/${name}`, undefined, 'reader'))
    expect(await of('namespace')).toMatchObject({ name: 'namespace', required: ['namespace'] })
    for (const name of ['namespaces', 'object', 'objects', 'property', 'properties', 'tag', 'tags']) {
      expect(await of(name)).toMatchObject({ name })
    }
    expect(await of('resource_type')).toMatchObject({ name: 'resource_type_association' })
    expect(await of('resource_types')).toMatchObject({ name: 'resource_type_associations' })
  })
})
