import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startServices, type TestServices } from '#platform/testing/api.ts'
import { createIdentity } from '../service.ts'

let services: TestServices
let identity: Client
beforeAll(async () => {
  services = await startServices((platform) => [createIdentity(platform).service])
  identity = services.client('identity')
})
afterAll(() => services.stop())

const create = (region: object, token = 'admin') => identity('POST', '/v3/regions', { body: { region }, token })

describe('regions', () => {
  it('whose id cannot be decoded are not there, in the words of every other', async () => {
    const { status, body } = await identity('GET', '/v3/regions/%FF', { token: 'admin' })
    expect([status, body]).toEqual([404, { error: { code: 404, title: 'Not Found', message: expect.any(String) } }])
  })

  it('are created, shown, changed, listed and deleted', async () => {
    const created = await create({ id: 'RegionTwo', description: 'west', colour: 'blue' })
    expect(created.status).toBe(201)
    expect(created.headers.get('x-openstack-request-id')).toMatch(/^req-/)
    const shown = await identity('GET', '/v3/regions/RegionTwo', { token: 'reader' })
    expect(shown.body).toEqual(created.body)
    expect(shown.body).toMatchObject({
      region: { id: 'RegionTwo', description: 'west', parent_region_id: null, colour: 'blue' },
    })
    const changed = await identity('PATCH', '/v3/regions/RegionTwo', { body: { region: { description: null } } })
    expect(changed.body).toMatchObject({ region: { description: '', colour: 'blue' } })
    expect((await create({ parent_region_id: 'RegionTwo' })).status).toBe(201)
    const children = await identity('GET', '/v3/regions?parent_region_id=RegionTwo')
    expect(children.body).toMatchObject({ links: { next: null }, regions: [{ parent_region_id: 'RegionTwo' }] })
    expect((await identity('DELETE', '/v3/regions/RegionTwo')).status).toBe(204)
    expect((await identity('GET', '/v3/regions')).body).toMatchObject({ regions: [{ id: 'RegionOne' }] })
  })

  it('take the id of the URL', async () => {
    expect((await identity('PUT', '/v3/regions/north', { body: { region: {} } })).status).toBe(201)
    const other = await identity('PUT', '/v3/regions/north', { body: { region: { id: 'south' } } })
    expect(other).toMatchObject({
      status: 400,
      body: { error: { message: 'Conflicting region IDs specified: "north" != "south"' } },
    })
  })

  it('refuse what Keystone refuses', async () => {
    await create({ id: 'a' })
    await create({ id: 'b', parent_region_id: 'a' })
    expect(await create({ id: 'a' })).toMatchObject({
      status: 409,
      body: {
        error: { message: 'Conflict occurred attempting to store region - Duplicate ID, a..', title: 'Conflict' },
      },
    })
    expect(await identity('PATCH', '/v3/regions/a', { body: { region: { parent_region_id: 'b' } } })).toMatchObject({
      status: 400,
    })
    expect(await create({ description: 7 })).toMatchObject({
      status: 400,
      body: {
        error: {
          message: "Invalid input for field/attribute description. Value: 7. 7 is not of type 'string', 'null'",
        },
      },
    })
    expect(await identity('GET', '/v3/regions/none')).toMatchObject({
      status: 404,
      body: { error: { code: 404, message: 'Could not find region: none.', title: 'Not Found' } },
    })
    expect(await identity('POST', '/v3/regions', { body: '{"region":' })).toMatchObject({ status: 400 })
    expect((await identity('PUT', '/v3/regions')).status).toBe(405)
    expect((await identity('GET', '/v3/nothing')).status).toBe(404)
  })

  it('let only administrators write, and nobody in without a token', async () => {
    expect(await create({ id: 'x' }, 'member')).toMatchObject({
      status: 403,
      body: { error: { message: 'You are not authorized to perform the requested action: identity:create_region.' } },
    })
    expect((await create({ id: 'x' }, 'domain-admin')).status).toBe(403)
    expect((await create({ id: 'x' }, 'system-admin')).status).toBe(201)
    const anonymous = await identity('GET', '/v3/regions', { token: '' })
    expect(anonymous.status).toBe(401)
    expect(anonymous.headers.get('www-authenticate')).toMatch(/^Keystone uri=/)
    expect((await identity('GET', '/v3/regions', { token: 'forged' })).status).toBe(401)
  })
})
