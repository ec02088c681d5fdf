// What becomes of users that come by a provider's word: the proxy in front tells of them, mappings say who they are here.

import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Answer } from '#platform/testing/api.ts'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'

const secret = 'known to the proxy and to nobody else'
const federation = '/v3/OS-FEDERATION'
let identity: TestIdentity
let domain: string

beforeAll(async () => {
  identity = await startIdentity({ federation: { trusted_proxy: { addresses: ['127.0.0.1'], secret } } })
  await identity.admin('PUT', `${federation}/mappings/map`, { mapping: { rules } })
  const provider = await identity.admin('PUT', `${federation}/identity_providers/acme`, {
    identity_provider: { enabled: true },
  })
  domain = at(provider, 'identity_provider', 'domain_id')
  const path = `${federation}/identity_providers/acme/protocols/saml`
  await identity.admin('PUT', path, { protocol: { mapping_id: 'map' } })
})
afterAll(() => identity.stop())

const who = { type: 'HTTP_OIDC_USER' }
const rules = [{ local: [{ user: { name: '{0}' } }], remote: [who] }]
const map = async (given: unknown, schema_version = '1.0') => {
  const answer = await identity.admin('PATCH', `${federation}/mappings/map`, {
    mapping: { rules: given, schema_version },
  })
  expect(answer.status).toBe(200)
}
const login = (headers: Readonly<Record<string, string>>, path = `${federation}/identity_providers/acme`) =>
  identity.call('POST', `${path}/protocols/saml/auth`, { token: '', headers: { 'x-proxy-secret': secret, ...headers } })
const user = (answer: Answer): string => at(answer, 'token', 'user', 'id')
const namesIn = (answer: Answer, key: string): string[] =>
  [...JSON.stringify(answer.body).matchAll(new RegExp(`"${key}":"([^"]+)"`, 'g'))].map(([, name = '']) => name)

beforeEach(() => map(rules))

describe('a user who comes', () => {
  it('has the id that Keystone would give it', async () => {
    const id = createHash('sha256').update(`${domain}userkim%40x`).digest('hex')
    expect(user(await login({ 'oidc-user': 'kim@x' }))).toBe(id)
  })

  it('may change its name and address, and is one and the same', async () => {
    const local = [{ user: { id: '{0}', name: '{1}', email: '{2}' } }]
    await map([{ local, remote: [who, { type: 'HTTP_OIDC_NAME' }, { type: 'HTTP_OIDC_MAIL' }] }])
    const first = await login({
      'oidc-user': 'u1',
      'oidc-name': Buffer.from('김').toString('latin1'),
      'oidc-mail': 'a@x',
    })
    const second = await login({ 'oidc-user': 'u1', 'oidc-name': 'Lee', 'oidc-mail': 'b@x' })
    expect(first.body).toMatchObject({ token: { user: { name: '김' } } })
    expect(user(second)).toBe(user(first))
    expect((await identity.admin('GET', `/v3/users/${user(first)}`)).body).toMatchObject({
      user: { name: 'Lee', email: 'b@x', domain_id: domain },
    })
    const renamed = await identity.admin('PATCH', `/v3/users/${user(first)}`, { user: { name: 'Park' } })
    expect(renamed.body).toMatchObject({ user: { name: 'Park' } })
    expect((await identity.admin('GET', '/v3/users?name=Park')).body).toMatchObject({ users: [{ name: 'Park' }] })
  })

  it('may be called as somebody else is', async () => {
    const local = [{ user: { id: '{0}', name: 'same' } }]
    await map([{ local, remote: [who] }])
    const ids = [user(await login({ 'oidc-user': 'a' })), user(await login({ 'oidc-user': 'b' }))]
    expect(new Set(ids).size).toBe(2)
    const made = await identity.admin('POST', '/v3/users', { user: { name: 'same', domain_id: domain, password: 'p' } })
    expect(made.status).toBe(201)
    expect((await identity.login({ name: 'same', domain: { id: domain }, password: 'p' }, null)).status).toBe(201)
  })

  it('of another domain lives there', async () => {
    await map([{ local: [{ user: { name: '{0}', domain: { name: 'Default' } } }], remote: [who] }])
    const answer = await login({ 'oidc-user': 'abroad' })
    expect(answer.body).toMatchObject({ token: { user: { domain: { id: 'default' } } } })
    await map([{ local: [{ user: { name: '{0}', domain: { name: 'Nowhere' } } }], remote: [who] }])
    expect((await login({ 'oidc-user': 'lost' })).status).toBe(404)
  })

  it('who is here already gets a token of its own', async () => {
    const made = await identity.admin('POST', '/v3/users', { user: { name: 'resident' } })
    const local = [{ user: { name: '{0}', type: 'local', domain: { id: 'default' } } }]
    await map([{ local, remote: [who] }])
    const answer = await login({ 'oidc-user': 'resident' })
    expect(answer).toMatchObject({ status: 201, body: { token: { methods: ['mapped'], user: { name: 'resident' } } } })
    expect(user(answer)).toBe(at(made, 'user', 'id'))
    expect(answer.body).not.toHaveProperty('token.user.OS-FEDERATION')
    expect((await login({ 'oidc-user': 'nobody' })).status).toBe(401)
    await identity.admin('PATCH', `/v3/users/${user(answer)}`, { user: { enabled: false } })
    expect((await login({ 'oidc-user': 'resident' })).status).toBe(401)
  })

  it.each([
    ['nobody', {}],
    ['a name without end', { 'oidc-user': 'x'.repeat(300) }],
  ])('is refused as %s', async (_what, headers) => {
    expect((await login(headers)).status).toBe(401)
    expect((await identity.admin('GET', `/v3/users?name=${'x'.repeat(300)}`)).status).toBe(400)
  })
})

describe('projects of a mapping', () => {
  const project = (name: string, ...roles: string[]) => ({ name, roles: roles.map((role) => ({ name: role })) })
  const withProjects = (...projects: object[]) => [{ local: [{ user: { name: '{0}' }, projects }], remote: [who] }]
  const grants = async (id: string) => {
    const path = `/v3/role_assignments?user.id=${id}&include_names`
    const { body } = await identity.admin('GET', path)
    const rows = JSON.stringify(body).match(/"(?:role|project)":\{(?:[^{}]|\{[^{}]*\})*\}/g) ?? []
    // Of a project its own name, not that of the domain in it.
    return rows.map((row) => /"name":"([^"]+)"/.exec(row.replace(/"domain":\{[^{}]*\}/, ''))?.[1] ?? row).sort()
  }

  it('are made with their roles, and kept', async () => {
    await map(withProjects(project('one of {0}', 'member', 'reader')))
    const id = user(await login({ 'oidc-user': 'maker' }))
    expect(await grants(id)).toEqual(['member', 'one of maker', 'one of maker', 'reader'])
    const made = await identity.admin('GET', '/v3/projects?name=one%20of%20maker')
    expect(made.body).toMatchObject({ projects: [{ domain_id: domain, parent_id: domain, enabled: true }] })
    await map(withProjects(project('two', 'reader')))
    await login({ 'oidc-user': 'maker' })
    expect(await grants(id)).toHaveLength(6)
  })

  it('follow the provider from 3.0 on', async () => {
    await map(withProjects(project('first', 'member'), project('second', 'member')), '3.0')
    const id = user(await login({ 'oidc-user': 'follower' }))
    expect(await grants(id)).toHaveLength(4)
    await map(withProjects(project('second', 'reader')), '3.0')
    await login({ 'oidc-user': 'follower' })
    expect(await grants(id)).toEqual(['reader', 'second'])
  })

  it('of roles that are not there, or another domain\u2019s, make nothing', async () => {
    await map(withProjects(project('never', 'emperor')))
    expect(await login({ 'oidc-user': 'vain' })).toMatchObject({
      status: 404,
      body: { error: { message: 'Could not find role: emperor.' } },
    })
    await identity.admin('POST', '/v3/roles', { role: { name: 'local', domain_id: 'default' } })
    await map(withProjects(project('never', 'local')))
    expect(await login({ 'oidc-user': 'vain' })).toMatchObject({
      status: 403,
      body: { error: { message: 'role: local must be within the same domain as the identity provider: acme.' } },
    })
    expect(namesIn(await identity.admin('GET', '/v3/projects?name=never'), 'name')).toEqual([])
    expect(namesIn(await identity.admin('GET', '/v3/users?name=vain'), 'name')).toEqual([])
  })
})

describe('groups of a mapping', () => {
  const withGroup = (group: object) => [{ local: [{ user: { name: '{0}' } }, group], remote: [who] }]

  it('by name may be missing, by id must be there', async () => {
    await map(withGroup({ group: { name: 'none', domain: { id: 'default' } } }))
    expect((await login({ 'oidc-user': 'g' })).body).toMatchObject({
      token: { user: { 'OS-FEDERATION': { groups: [] } } },
    })
    await map(withGroup({ group: { id: 'none' } }))
    expect((await login({ 'oidc-user': 'g' })).status).toBe(500)
  })

  it('end with the group, and tokens of them lose its roles', async () => {
    const made = await identity.admin('POST', '/v3/groups', { group: { name: 'brief' } })
    const group = at(made, 'group', 'id')
    const project = at(await identity.admin('POST', '/v3/projects', { project: { name: 'brief' } }), 'project', 'id')
    const role = at(await identity.admin('GET', '/v3/roles?name=member'), 'roles', 0, 'id')
    await identity.admin('PUT', `/v3/projects/${project}/groups/${group}/roles/${role}`)
    await map(withGroup({ group: { id: group } }))
    const token = (await login({ 'oidc-user': 'guest' })).headers.get('x-subject-token') ?? ''
    const rescope = () =>
      identity.call('POST', '/v3/auth/tokens', {
        token: '',
        body: { auth: { identity: { methods: ['token'], token: { id: token } }, scope: { project: { id: project } } } },
      })
    expect((await rescope()).status).toBe(201)
    const unasked = await identity.call('POST', '/v3/auth/tokens', {
      token: '',
      body: { auth: { identity: { methods: ['token'], token: { id: token } } } },
    })
    expect(unasked.body).not.toHaveProperty('token.project')
    await identity.admin('DELETE', `/v3/groups/${group}`)
    expect((await rescope()).status).toBe(401)
  })
})

describe('users of a provider', () => {
  it('go with the protocol they came by', async () => {
    const id = user(await login({ 'oidc-user': 'passing' }))
    const token = (await login({ 'oidc-user': 'passing' })).headers.get('x-subject-token') ?? ''
    expect((await identity.admin('GET', `/v3/users/${id}`)).status).toBe(200)
    await identity.admin('DELETE', `${federation}/identity_providers/acme/protocols/saml`)
    expect((await identity.admin('GET', `/v3/users/${id}`)).status).toBe(404)
    const shown = await identity.call('GET', '/v3/auth/tokens', { token, headers: { 'x-subject-token': token } })
    expect(shown.status).toBe(401)
    expect((await login({ 'oidc-user': 'passing' })).status).toBe(404)
  })
})
