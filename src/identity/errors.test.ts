// What Keystone answers to requests that are odd or wrong: found by sending the same ones to it and to ours.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, startIdentity, type TestIdentity } from './testing/identity.ts'

let identity: TestIdentity
let token = ''
let service = ''
let project = ''
let user = ''
beforeAll(async () => {
  identity = await startIdentity()
  service = at(await identity.admin('POST', '/v3/services', { service: { type: 'odd' } }), 'service', 'id')
  project = at(await identity.admin('POST', '/v3/projects', { project: { name: 'p', tags: ['a'] } }), 'project', 'id')
  user = at(await identity.admin('POST', '/v3/users', { user: { name: 'u', password: 'p' } }), 'user', 'id')
  const member = at(await identity.admin('GET', '/v3/roles?name=member'), 'roles', 0, 'id')
  await identity.admin('PUT', `/v3/projects/${project}/users/${user}/roles/${member}`)
  token = await identity.token({ id: user, password: 'p' }, { project: { id: project } })
})
afterAll(() => identity.stop())

const messageOf = (answer: { readonly body: unknown }) =>
  at({ status: 0, headers: new Headers(), ...answer }, 'error', 'message')
const post = (path: string, body: unknown) => identity.admin('POST', path, body)
const long = 'x'.repeat(256)

describe('bodies', () => {
  it.each(['[]', 'null', '7', '"x"', '{'])('that are no JSON object are refused: %s', async (body) => {
    const answer = await identity.admin('POST', '/v3/regions', body)
    expect(answer.status).toBe(400)
    expect(messageOf(answer)).toMatch(/^Expecting to find valid JSON in request body\./)
  })

  it('that are absent are empty ones, and need not say that they are JSON', async () => {
    expect(messageOf(await identity.admin('POST', '/v3/regions'))).toBe("'region' is a required property")
    const by = { token: await identity.token() }
    const headers = { 'content-type': '' }
    const untyped = await identity.call('POST', '/v3/regions', { ...by, body: '{"region":{"id":"untyped"}}', headers })
    expect(untyped.status).toBe(201)
    const strange = { 'content-type': 'no type at all' }
    expect((await identity.call('POST', '/v3/regions', { ...by, body: '{}', headers: strange })).status).toBe(400)
  })

  it.each([
    ['/v3/users', { user: { name: 'x' }, extra: 1 }, "Additional properties are not allowed ('extra' was unexpected)"],
    ['/v3/roles', { role: { name: 'x' }, extra: 1 }, "Additional properties are not allowed ('extra' was unexpected)"],
    [
      '/v3/users',
      { user: { name: ' ' } },
      "Invalid input for field/attribute name. Value:  . ' ' does not match '[\\\\S]+'",
    ],
    [
      '/v3/regions',
      { region: { description: long } },
      `Invalid input for field/attribute description. Value: ${long}. '${long}' is too long`,
    ],
    [
      '/v3/OS-EP-FILTER/endpoint_groups',
      { endpoint_group: { name: 'x', filters: {}, id: 'x' } },
      /Additional properties are not allowed \('id' was unexpected\)$/,
    ],
    ['/v3/auth/tokens', { auth: {} }, "'identity' is a required property"],
    [
      '/v3/auth/tokens',
      { auth: { identity: {} } },
      "Invalid input for field 'identity': 'methods' is a required property",
    ],
  ])('are checked as Keystone checks them: %s %j', async (path, body, message) => {
    const answer = await post(path, body)
    expect(answer.status).toBe(400)
    expect(messageOf(answer)).toMatch(message)
  })

  it('of updates may repeat the id, or say that there is none', async () => {
    const patch = (id: unknown) => identity.admin('PATCH', `/v3/users/${user}`, { user: { id, email: 'x' } })
    expect((await patch(user)).status).toBe(200)
    expect((await patch(null)).status).toBe(200)
    expect(messageOf(await patch('other'))).toBe('Cannot change ID')
  })

  it('that make regions may leave the id to us', async () => {
    expect((await post('/v3/regions', { region: { id: null } })).status).toBe(201)
  })
})

describe('query strings', () => {
  it('count the first of what is repeated, and take any limit', async () => {
    const names = async (query: string) => (await identity.admin('GET', `/v3/projects?${query}`)).body
    expect(await names('name=p&name=q')).toMatchObject({ projects: [{ name: 'p' }] })
    expect(await names('name=q&name=p')).toMatchObject({ projects: [] })
    expect(await names('name=p&limit=-1')).toMatchObject({ projects: [{ name: 'p' }] })
  })

  it.each([
    ['/v3/domains?name=', "Invalid input for field/attribute name. Value: . '' is too short"],
    ['/v3/regions?limit=1', "Additional properties are not allowed ('limit' was unexpected)"],
    ['/v3/OS-EP-FILTER/endpoint_groups?id=x', "Additional properties are not allowed ('id' was unexpected)"],
    [
      '/v3/users?sort_dir=up',
      "Invalid input for field/attribute sort_dir. Value: up. 'up' is not one of ['asc', 'desc']",
    ],
  ])('are checked: %s', async (path, message) => {
    const answer = await identity.admin('GET', path)
    expect(answer.status).toBe(400)
    expect(messageOf(answer)).toBe(message)
  })
})

describe('methods', () => {
  it('of a path are told, whoever asks', async () => {
    const asked = await identity.call('OPTIONS', '/v3/users', { token: '' })
    expect(asked.status).toBe(200)
    expect(asked.headers.get('allow')).toBe('GET, POST, HEAD, OPTIONS')
    const wrong = await identity.admin('PUT', '/v3/users', {})
    expect(wrong.status).toBe(405)
    expect(wrong.headers.get('allow')).toBe('GET, POST, HEAD, OPTIONS')
  })
})

describe('what is in use or there already', () => {
  it('keeps regions that have endpoints, below them too', async () => {
    await post('/v3/regions', { region: { id: 'above' } })
    await post('/v3/regions', { region: { id: 'below', parent_region_id: 'above' } })
    const endpoint = { interface: 'public', url: 'http://x', service_id: service, region_id: 'below' }
    expect((await post('/v3/endpoints', { endpoint })).status).toBe(201)
    const answer = await identity.admin('DELETE', '/v3/regions/above')
    expect(answer.status).toBe(403)
    expect(messageOf(answer)).toBe(
      'Unable to delete region above because it or its child regions have associated endpoints.',
    )
  })

  it('refuses tags twice, and tags that are none', async () => {
    const put = (tag: string) => identity.admin('PUT', `/v3/projects/${project}/tags/${tag}`)
    expect((await put('b')).status).toBe(201)
    expect(messageOf(await put('b'))).toBe("['a', 'b', 'b'] has non-unique elements")
    expect((await put('a,b')).status).toBe(400)
    expect((await put(long)).status).toBe(400)
  })

  it('refuses a group of endpoints twice for a project', async () => {
    const group = at(
      await post('/v3/OS-EP-FILTER/endpoint_groups', {
        endpoint_group: { name: 'g', filters: { interface: 'public' } },
      }),
      'endpoint_group',
      'id',
    )
    const put = () => identity.admin('PUT', `/v3/OS-EP-FILTER/endpoint_groups/${group}/projects/${project}`)
    expect((await put()).status).toBe(204)
    expect((await put()).status).toBe(409)
  })
})

describe('refusals', () => {
  it('of signatures do not say what was wrong', async () => {
    for (const credentials of [{}, { access: 'none' }]) {
      const { status } = await post('/v3/ec2tokens', { credentials })
      expect([401, 404]).toContain(status)
    }
    const answer = await post('/v3/ec2tokens', { credentials: { signature: 'x' } })
    expect(answer.headers.get('www-authenticate')).toMatch(/^Keystone/)
    expect(messageOf(answer)).toBe('The request you have made requires authentication.')
  })

  it('of roles that nobody knows name them', async () => {
    const body = { application_credential: { name: 'x', roles: [{ name: 'none' }] } }
    const answer = await identity.call('POST', `/v3/users/${user}/application_credentials`, { token, body })
    expect([answer.status, messageOf(answer)]).toEqual([404, 'Role none is not defined'])
  })
})
