import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminProject, at, startIdentity, type TestIdentity } from '../testing/identity.ts'

let identity: TestIdentity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.stop())

const domain = { id: 'default' }
const validate = (subject: string, token: string, query = '') =>
  identity.call('GET', `/v3/auth/tokens${query}`, { token, headers: { 'x-subject-token': subject } })

const refusal = {
  status: 401,
  body: { error: { code: 401, message: 'The request you have made requires authentication.', title: 'Unauthorized' } },
}

describe('a login by password', () => {
  it('gives a token for a project, with catalog and implied roles', async () => {
    const answer = await identity.login()
    expect(answer.status).toBe(201)
    expect(answer.headers.get('vary')).toBe('X-Auth-Token')
    expect(answer.headers.get('x-subject-token')).toMatch(/^gAAAAA[\w-]+$/)
    expect(answer.body).toEqual({
      token: {
        methods: ['password'],
        user: {
          domain: { id: 'default', name: 'Default' },
          id: expect.stringMatching(/^[0-9a-f]{32}$/),
          name: 'admin',
          password_expires_at: null,
        },
        audit_ids: [expect.stringMatching(/^[\w-]{22}$/)],
        expires_at: '2026-11-21T04:00:00.000000Z',
        issued_at: '2026-11-21T03:00:00.000000Z',
        project: {
          domain: { id: 'default', name: 'Default' },
          id: expect.stringMatching(/^[0-9a-f]{32}$/),
          name: 'admin',
        },
        is_domain: false,
        roles: expect.arrayContaining(
          ['admin', 'manager', 'member', 'reader'].map((name) => ({ id: expect.any(String), name })),
        ),
        catalog: [
          {
            endpoints: expect.arrayContaining([
              expect.objectContaining({ interface: 'public', region: 'RegionOne', region_id: 'RegionOne' }),
            ]),
            id: expect.any(String),
            type: 'identity',
            name: 'keystone',
          },
        ],
      },
    })
  })

  it('knows a domain whose name is written in another case, where there is but one', async () => {
    const login = async (name: string) => {
      const user = { name: 'admin', domain: { name }, password: identity.password }
      const auth = { identity: { methods: ['password'], password: { user } } }
      return (await identity.call('POST', '/v3/auth/tokens', { body: { auth } })).status
    }
    expect(await login('default')).toBe(201)
    expect(await login('defaults')).toBe(401)
    const made = await identity.admin('POST', '/v3/domains', { domain: { name: 'DEFAULT' } })
    expect(await login('default')).toBe(401)
    expect(await login('Default')).toBe(201)
    const path = `/v3/domains/${at(made, 'domain', 'id')}`
    await identity.admin('PATCH', path, { domain: { enabled: false } })
    expect((await identity.admin('DELETE', path)).status).toBe(204)
    expect(await login('default')).toBe(201)
  })

  it('scopes to the system, a domain, or nothing', async () => {
    const user = { name: 'admin', domain: { name: 'Default' }, password: identity.password }
    const system = await identity.login(user, { system: { all: true } })
    expect(system.body).toMatchObject({ token: { system: { all: true }, catalog: expect.any(Array) } })
    const unscoped = await identity.login(user, null)
    expect(unscoped.status).toBe(201)
    expect(unscoped.body).not.toHaveProperty('token.roles')
    expect(unscoped.body).not.toHaveProperty('token.catalog')
    expect((await identity.login(user, 'unscoped')).status).toBe(201)
    expect((await identity.login(user, { unscoped: {} })).status).toBe(201)
    expect(await identity.login(user, { domain })).toMatchObject(refusal)
  })

  it('refuses in one wording', async () => {
    const { password } = identity
    for (const user of [
      { name: 'admin', domain, password: 'wrong' },
      { name: 'nobody', domain, password },
      { name: 'Admin', domain, password },
      { name: 'admin', domain: { name: 'Nowhere' }, password },
      { id: 'nobody', password },
      { name: 'admin', domain },
    ]) {
      expect(await identity.login(user)).toMatchObject(refusal)
    }
    expect(await identity.login(undefined, { project: { id: 'none' } })).toMatchObject(refusal)
    expect(await identity.login(undefined, { project: { name: 'none', domain } })).toMatchObject(refusal)
  })

  it.each([
    [{}, 'Expecting to find auth in request body.'],
    [{ auth: {} }, "'identity' is a required property"],
    [{ auth: { identity: { methods: ['password'] } } }, 'Expecting to find password in identity.'],
    [{ auth: { identity: { methods: ['password'], password: {} } } }, 'Expecting to find user in password.'],
    [{ auth: { identity: { methods: ['password'], password: { user: {} } } } }, 'id or name must be present.'],
    [
      { auth: { identity: { methods: ['password'], password: { user: { name: 'x' } } } } },
      'Expecting to find domain in user.',
    ],
    [{ auth: { identity: { methods: 'password' } } }, "'password' is not of type 'array'"],
    ['{"auth":', 'Expecting to find valid JSON in request body.'],
  ])('refuses what it does not understand: %j', async (body, message) => {
    const answer = await identity.call('POST', '/v3/auth/tokens', { token: '', body })
    expect(answer.status).toBe(400)
    expect(at(answer, 'error', 'message')).toContain(message)
  })

  it('says which methods there are', async () => {
    const body = { auth: { identity: { methods: ['magic'], magic: {} } } }
    const answer = await identity.call('POST', '/v3/auth/tokens', { token: '', body })
    expect(answer).toMatchObject({
      status: 401,
      body: { error: { identity: { methods: expect.arrayContaining(['password', 'token']) } } },
    })
  })
})

describe('a token', () => {
  it('is validated, checked and revoked', async () => {
    const [subject, token] = [await identity.token(), await identity.token()]
    const shown = await validate(subject, token)
    expect(shown.status).toBe(200)
    expect(shown.headers.get('x-subject-token')).toBe(subject)
    expect(shown.body).toHaveProperty('token.catalog')
    expect((await validate(subject, token, '?nocatalog')).body).not.toHaveProperty('token.catalog')
    const headers = { 'x-subject-token': subject }
    expect(await identity.call('HEAD', '/v3/auth/tokens', { token, headers })).toMatchObject({ status: 200, body: '' })
    expect((await identity.call('DELETE', '/v3/auth/tokens', { token, headers })).status).toBe(204)
    expect((await validate(subject, token)).status).toBe(404)
    expect((await identity.call('GET', '/v3/regions', { token: subject })).status).toBe(401)
    expect((await validate(token, token)).status).toBe(200)
    expect((await identity.call('GET', '/v3/auth/tokens', { token })).status).toBe(404)
  })

  it('is exchanged for another, which lives no longer', async () => {
    const first = await identity.login(undefined, 'unscoped')
    const id = first.headers.get('x-subject-token') ?? ''
    identity.clock.ms += 60_000
    const exchange = (scope?: object) =>
      identity.call('POST', '/v3/auth/tokens', {
        token: '',
        body: { auth: { identity: { methods: ['token'], token: { id } }, ...(scope && { scope }) } },
      })
    const second = await exchange(adminProject)
    expect(second.status).toBe(201)
    expect(at(second, 'token', 'expires_at')).toBe(at(first, 'token', 'expires_at'))
    expect(second.body).toMatchObject({ token: { methods: ['token', 'password'] } })
    expect(at(second, 'token', 'audit_ids', 1)).toBe(at(first, 'token', 'audit_ids', 0))
    const system = await identity.token(undefined, { system: { all: true } })
    const fromSystem = await identity.call('POST', '/v3/auth/tokens', {
      token: '',
      body: { auth: { identity: { methods: ['token'], token: { id: system } }, scope: adminProject } },
    })
    expect(fromSystem.status).toBe(403)
  })

  it('ends at its time, and can be shown for two days more where a service asks for that', async () => {
    const subject = await identity.token()
    identity.clock.ms += 3_600_000
    const token = await identity.token()
    expect((await validate(subject, token)).status).toBe(404)
    expect((await validate(subject, token, '?allow_expired=1')).status).toBe(200)
    expect((await identity.call('GET', '/v3/regions', { token: subject })).status).toBe(401)
    identity.clock.ms += 48 * 3_600_000
    expect((await validate(subject, await identity.token(), '?allow_expired=1')).status).toBe(404)
  })

  it('that is known is validated without a question to the database', async () => {
    const token = await identity.token()
    const validate = () => identity.call('GET', '/v3/auth/tokens', { token, headers: { 'x-subject-token': token } })
    expect((await validate()).status).toBe(200)
    const { write } = identity.ctx().db
    const tables = ['identity_users', 'identity_projects', 'identity_assignments', 'identity_revocations']
    for (const table of tables) await write.schema.alterTable(table).renameTo(`${table}_away`).execute()
    expect((await validate()).status).toBe(200)
    for (const table of tables) await write.schema.alterTable(`${table}_away`).renameTo(table).execute()
  })
})

describe('version documents', () => {
  it('need no token', async () => {
    const choices = await identity.call('GET', '/', { token: '' })
    expect(choices).toMatchObject({ status: 300, body: { versions: { values: [{ id: 'v3.14', status: 'stable' }] } } })
    expect(await identity.call('GET', '/v3', { token: '' })).toMatchObject({
      status: 200,
      body: { version: { id: 'v3.14' } },
    })
  })
})

describe('scopes', () => {
  it('list where one may log in', async () => {
    const token = await identity.token(undefined, 'unscoped')
    const get = (path: string) => identity.call('GET', path, { token })
    expect(await get('/v3/auth/projects')).toMatchObject({ status: 200, body: { projects: [{ name: 'admin' }] } })
    expect(await get('/v3/auth/domains')).toMatchObject({ status: 200, body: { domains: [] } })
    expect(await get('/v3/auth/system')).toMatchObject({ status: 200, body: { system: [{ all: true }] } })
    expect((await get('/v3/auth/catalog')).status).toBe(403)
    expect(await identity.admin('GET', '/v3/auth/catalog')).toMatchObject({
      status: 200,
      body: { catalog: [{ type: 'identity' }] },
    })
  })
})
