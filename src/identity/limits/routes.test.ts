import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'

let identity: TestIdentity
let project: string
let service: string
let token: string
beforeAll(async () => {
  identity = await startIdentity()
  service = at(await identity.admin('GET', '/v3/services?type=identity'), 'services', 0, 'id')
  project = at(await identity.admin('POST', '/v3/projects', { project: { name: 'p' } }), 'project', 'id')
  const user = at(await identity.admin('POST', '/v3/users', { user: { name: 'u', password: 'p' } }), 'user', 'id')
  const member = at(await identity.admin('GET', '/v3/roles?name=member'), 'roles', 0, 'id')
  await identity.admin('PUT', `/v3/projects/${project}/users/${user}/roles/${member}`)
  token = await identity.token({ id: user, password: 'p' }, { project: { id: project } })
})
afterAll(() => identity.stop())

const register = (...registered_limits: object[]) =>
  identity.admin('POST', '/v3/registered_limits', { registered_limits })
const create = (...limits: object[]) => identity.admin('POST', '/v3/limits', { limits })
const of = (resource_name: string) => ({ service_id: service, region_id: 'RegionOne', resource_name })

describe('registered limits', () => {
  it('are made together or not at all, shown, listed, changed and deleted', async () => {
    const created = await register(
      { ...of('a'), default_limit: 10 },
      { ...of('b'), default_limit: 5, description: 'd' },
    )
    expect(created).toMatchObject({
      status: 201,
      body: { registered_limits: [{ ...of('a'), default_limit: 10, description: null }, { description: 'd' }] },
    })
    expect((await register({ ...of('c'), default_limit: 1 }, { ...of('a'), default_limit: 1 })).status).toBe(409)
    expect((await identity.admin('GET', '/v3/registered_limits?resource_name=c')).body).toMatchObject({
      registered_limits: [],
    })
    const path = `/v3/registered_limits/${at(created, 'registered_limits', 0, 'id')}`
    const changes = { registered_limit: { default_limit: 11, region_id: null } }
    expect((await identity.admin('PATCH', path, changes)).body).toMatchObject(changes)
    expect((await identity.admin('GET', path)).body).toMatchObject(changes)
    expect((await identity.admin('DELETE', path)).status).toBe(204)
    expect((await identity.admin('GET', path)).status).toBe(404)
  })

  it('are about services and regions that exist, and amounts from -1', async () => {
    const nowhere = { ...of('x'), default_limit: 1 }
    expect((await register({ ...nowhere, service_id: 'f'.repeat(32) })).status).toBe(400)
    expect((await register({ ...nowhere, region_id: 'none' })).status).toBe(400)
    expect((await register({ ...nowhere, default_limit: -2 })).status).toBe(400)
    expect((await register()).status).toBe(400)
  })
})

describe('filters of lists', () => {
  it.each([
    ['registered_limits', 'service_id=x', 400],
    ['registered_limits', 'region_id=', 400],
    ['registered_limits', `resource_name=${'x'.repeat(256)}`, 400],
    ['registered_limits', 'project_id=a/b', 200],
    ['registered_limits', `service_id=${'f'.repeat(32)}`, 200],
    ['limits', 'service_id=x', 400],
    ['limits', `region_id=${'x'.repeat(256)}`, 400],
    ['limits', 'resource_name=%20', 400],
    ['limits', 'project_id=a/b', 400],
    ['limits', 'domain_id=', 400],
    ['limits', 'domain_id=default&region_id=none&service_id__icontains=x', 200],
  ])('of %s by %s answer %i', async (list, query, status) => {
    const answer = await identity.admin('GET', `/v3/${list}?${query}`)
    expect(answer.status).toBe(status)
    if (query.includes('ffff') || query.includes('none')) expect(answer.body).toMatchObject({ [list]: [] })
  })
})

describe('limits', () => {
  it('rest on a registered limit, which stays as long as they do', async () => {
    const limit = { ...of('r'), project_id: project, resource_limit: 3 }
    expect((await create(limit)).status).toBe(403)
    const registered = at(await register({ ...of('r'), default_limit: 9 }), 'registered_limits', 0, 'id')
    const created = await create(limit)
    expect(created).toMatchObject({ status: 201, body: { limits: [{ ...limit, domain_id: null }] } })
    expect((await create(limit)).status).toBe(409)
    expect((await identity.admin('DELETE', `/v3/registered_limits/${registered}`)).status).toBe(403)
    const path = `/v3/limits/${at(created, 'limits', 0, 'id')}`
    expect((await identity.admin('PATCH', path, { limit: { resource_limit: 4 } })).body).toMatchObject({
      limit: { resource_limit: 4 },
    })
    expect((await identity.admin('DELETE', path)).status).toBe(204)
    expect((await identity.admin('DELETE', `/v3/registered_limits/${registered}`)).status).toBe(204)
  })

  it('are shown to those they are set for', async () => {
    await register({ ...of('s'), default_limit: 9 })
    const mine = await create({ ...of('s'), project_id: project, resource_limit: 3 })
    const domains = await create({ ...of('s'), domain_id: 'default', resource_limit: 3 })
    expect(domains).toMatchObject({ status: 201, body: { limits: [{ project_id: null, domain_id: 'default' }] } })
    const id = at(mine, 'limits', 0, 'id')
    expect((await identity.call('GET', '/v3/limits', { token })).body).toMatchObject({ limits: [{ id }] })
    expect((await identity.call('GET', `/v3/limits/${id}`, { token })).status).toBe(200)
    const foreign = `/v3/limits/${at(domains, 'limits', 0, 'id')}`
    expect((await identity.call('GET', foreign, { token })).status).toBe(403)
    expect((await identity.call('PATCH', `/v3/limits/${id}`, { token, body: { limit: {} } })).status).toBe(403)
    expect((await identity.admin('GET', '/v3/limits')).body).toMatchObject({ limits: { length: 2 } })
    expect((await identity.call('GET', '/v3/limits/model', { token })).body).toMatchObject({ model: { name: 'flat' } })
  })

  it('are for a project or a domain', async () => {
    const limit = { ...of('s'), resource_limit: 1 }
    expect((await create(limit)).status).toBe(400)
    expect((await create({ ...limit, project_id: 'f'.repeat(32) })).status).toBe(400)
  })
})

describe('the strict two-level model', () => {
  it('holds projects to their domain, and the tree to two levels', async () => {
    const running = await startIdentity({ limit_model: 'strict_two_level' })
    try {
      const { admin } = running
      const service_id = at(await admin('GET', '/v3/services?type=identity'), 'services', 0, 'id')
      const resource = { service_id, region_id: 'RegionOne', resource_name: 'r' }
      const parent_id = at(await admin('POST', '/v3/projects', { project: { name: 'a' } }), 'project', 'id')
      const inner = await admin('POST', '/v3/projects', { project: { name: 'b', parent_id } })
      expect(inner.status).toBe(201)
      const deep = { name: 'c', parent_id: at(inner, 'project', 'id') }
      expect((await admin('POST', '/v3/projects', { project: deep })).status).toBe(403)
      expect((await admin('GET', '/v3/limits/model')).body).toMatchObject({ model: { name: 'strict_two_level' } })
      await admin('POST', '/v3/registered_limits', { registered_limits: [{ ...resource, default_limit: 10 }] })
      const limit = (owner: object, resource_limit: number) => ({ ...resource, ...owner, resource_limit })
      const set = (...limits: object[]) => admin('POST', '/v3/limits', { limits })
      const [project, domain] = [{ project_id: parent_id }, { domain_id: 'default' }]
      const refused = await set(limit(project, 11))
      expect(refused).toMatchObject({
        status: 403,
        body: { error: { message: expect.stringMatching(/^Invalid resource limit: .*current hierarchy model\.\.$/) } },
      })
      expect((await set(limit(project, 21), limit(domain, 20))).status).toBe(403)
      const both = await set(limit(project, 20), limit(domain, 20))
      expect(both.status).toBe(201)
      const change = (index: number, resource_limit: number) =>
        admin('PATCH', `/v3/limits/${at(both, 'limits', index, 'id')}`, { limit: { resource_limit } })
      expect((await change(0, 21)).status).toBe(403)
      expect((await change(1, 19)).status).toBe(403)
      expect((await change(0, 19)).status).toBe(200)
      expect((await change(1, 19)).status).toBe(200)
    } finally {
      await running.stop()
    }
  })
})
