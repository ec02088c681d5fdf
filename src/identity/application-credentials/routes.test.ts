import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminProject, at, startIdentity, type TestIdentity } from '../testing/identity.ts'

let identity: TestIdentity
let project: string
let user: string
let token: string
beforeAll(async () => {
  identity = await startIdentity()
  project = at(await identity.admin('POST', '/v3/projects', { project: { name: 'p' } }), 'project', 'id')
  user = at(await identity.admin('POST', '/v3/users', { user: { name: 'u', password: 'p' } }), 'user', 'id')
  await grant('PUT', 'member')
  token = await identity.token({ id: user, password: 'p' }, { project: { id: project } })
})
afterAll(() => identity.stop())

const roleId = async (name: string) => at(await identity.admin('GET', `/v3/roles?name=${name}`), 'roles', 0, 'id')
const grant = async (method: string, role: string) =>
  identity.admin(method, `/v3/projects/${project}/users/${user}/roles/${await roleId(role)}`)
const path = () => `/v3/users/${user}/application_credentials`
const create = (application_credential: object, by = token) =>
  identity.call('POST', path(), { token: by, body: { application_credential } })
const login = (application_credential: object, scope?: object) =>
  identity.call('POST', '/v3/auth/tokens', {
    token: '',
    body: {
      auth: { identity: { methods: ['application_credential'], application_credential }, ...(scope && { scope }) },
    },
  })

describe('application credentials', () => {
  it('are made, shown without their secret, listed, used and deleted', async () => {
    const created = await create({ name: 'one', description: 'first', expires_at: '2026-11-21T05:00:00.123456' })
    const id = at(created, 'application_credential', 'id')
    const secret = at(created, 'application_credential', 'secret')
    expect(created).toMatchObject({
      status: 201,
      body: {
        application_credential: {
          name: 'one',
          description: 'first',
          project_id: project,
          unrestricted: false,
          expires_at: '2026-11-21T05:00:00.123456',
          roles: { length: 2 },
        },
      },
    })
    const shown = await identity.call('GET', `${path()}/${id}`, { token })
    expect(shown.body).not.toHaveProperty('application_credential.secret')
    expect((await identity.call('GET', `${path()}?name=one`, { token })).body).toMatchObject({
      application_credentials: [{ id }],
    })
    expect((await create({ name: 'one' })).status).toBe(409)
    const answer = await login({ id, secret })
    expect(answer).toMatchObject({
      status: 201,
      body: {
        token: {
          methods: ['application_credential'],
          user: { id: user },
          project: { id: project },
          roles: { length: 2 },
          application_credential: { id, name: 'one', restricted: true },
        },
      },
    })
    expect((await login({ name: 'one', user: { name: 'u', domain: { id: 'default' } }, secret })).status).toBe(201)
    expect((await login({ id, secret: 'wrong' })).status).toBe(401)
    expect((await login({ id: 'none', secret })).status).toBe(401)
    expect((await login({ id, secret }, { project: { id: project } })).status).toBe(401)
    const program = answer.headers.get('x-subject-token') ?? ''
    expect((await create({ name: 'two' }, program)).status).toBe(403)
    const exchange = (scope?: object) =>
      identity.call('POST', '/v3/auth/tokens', {
        token: '',
        body: { auth: { identity: { methods: ['token'], token: { id: program } }, ...(scope && { scope }) } },
      })
    expect((await exchange({ project: { id: project } })).status).toBe(403)
    expect((await exchange()).body).toMatchObject({ token: { application_credential: { id }, roles: { length: 2 } } })
    expect((await identity.call('DELETE', `${path()}/${id}`, { token })).status).toBe(204)
    expect((await identity.call('GET', '/v3/auth/projects', { token: program })).status).toBe(401)
  })

  it('lend no more than the user has, and end with it', async () => {
    expect((await create({ name: 'x', roles: [{ name: 'admin' }] })).status).toBe(400)
    const reader = await create({ name: 'reader', roles: [{ name: 'reader' }], secret: 's' })
    const id = at(reader, 'application_credential', 'id')
    expect((await login({ id, secret: 's' })).body).toMatchObject({ token: { roles: [{ name: 'reader' }] } })
    await grant('DELETE', 'member')
    expect((await login({ id, secret: 's' })).status).toBe(401)
    await grant('PUT', 'member')
    const other = await identity.token(undefined, adminProject)
    expect((await create({ name: 'other' }, other)).status).toBe(403)
    expect((await create({ name: 'late', expires_at: '2020-01-01T00:00:00Z' })).status).toBe(400)
    expect((await create({ name: 'late', expires_at: 'soon' })).status).toBe(400)
    const brief = at(
      await create({ name: 'brief', secret: 's', expires_at: '2026-11-21T03:10:00Z' }),
      'application_credential',
      'id',
    )
    expect(at(await login({ id: brief, secret: 's' }), 'token', 'expires_at')).toBe('2026-11-21T03:10:00.000000Z')
    identity.clock.ms += 600_000
    expect((await login({ id: brief, secret: 's' })).status).toBe(401)
  })

  it('with access rules are good for nothing else', async () => {
    const rule = { service: 'identity', method: 'GET', path: '/v3/users/*' }
    const created = await create({ name: 'rules', secret: 's', access_rules: [rule] })
    const id = at(created, 'application_credential', 'id')
    const ruleId = at(created, 'application_credential', 'access_rules', 0, 'id')
    const program = (await login({ id, secret: 's' })).headers.get('x-subject-token') ?? ''
    const get = async (where: string) => (await identity.call('GET', where, { token: program })).status
    expect(await get(`/v3/users/${user}`)).toBe(200)
    expect(await get(`/v3/users/${user}/projects`)).toBe(401)
    expect(await get('/v3/auth/projects')).toBe(401)
    const rules = `/v3/users/${user}/access_rules`
    expect((await identity.call('GET', rules, { token })).body).toMatchObject({
      access_rules: [{ id: ruleId, ...rule }],
    })
    expect((await identity.call('GET', `${rules}/${ruleId}`, { token })).status).toBe(200)
    expect((await identity.call('DELETE', `${rules}/${ruleId}`, { token })).status).toBe(403)
    expect((await create({ name: 'same', access_rules: [{ id: ruleId }] })).status).toBe(201)
    expect((await create({ name: 'same2', access_rules: [rule] })).body).toMatchObject({
      application_credential: { access_rules: [{ id: ruleId }] },
    })
    expect((await create({ name: 'bad', access_rules: [{ service: 'x' }] })).status).toBe(400)
  })
})

describe('trusts', () => {
  const trusts = '/v3/OS-TRUST/trusts'
  let trustee: string
  beforeAll(async () => {
    trustee = at(await identity.admin('POST', '/v3/users', { user: { name: 'trustee', password: 'p' } }), 'user', 'id')
    token = await identity.token({ id: user, password: 'p' }, { project: { id: project } })
  })
  const trust = (more: object = {}, by = token) =>
    identity.call('POST', trusts, {
      token: by,
      body: {
        trust: {
          trustor_user_id: user,
          trustee_user_id: trustee,
          project_id: project,
          impersonation: true,
          roles: [{ name: 'reader' }],
          ...more,
        },
      },
    })
  const use = (id: string) => identity.login({ id: trustee, password: 'p' }, { 'OS-TRUST:trust': { id } })

  it('lend roles to another user, who may say that it is the first', async () => {
    const created = await trust()
    const id = at(created, 'trust', 'id')
    expect(created).toMatchObject({
      status: 201,
      body: { trust: { impersonation: true, expires_at: null, remaining_uses: null, roles: [{ name: 'reader' }] } },
    })
    const answer = await use(id)
    expect(answer).toMatchObject({
      status: 201,
      body: {
        token: {
          user: { id: user },
          project: { id: project },
          roles: [{ name: 'reader' }],
          'OS-TRUST:trust': { id, impersonation: true, trustor_user: { id: user }, trustee_user: { id: trustee } },
        },
      },
    })
    const lent = answer.headers.get('x-subject-token') ?? ''
    expect((await identity.call('GET', `/v3/users/${user}`, { token: lent })).status).toBe(200)
    expect((await create({ name: 'never' }, lent)).status).toBe(403)
    expect((await trust({}, lent)).status).toBe(403)
    const show = (by: string) => identity.call('GET', `${trusts}/${id}`, { token: by })
    expect((await show(token)).body).toMatchObject({ trust: { id, roles: [{ name: 'reader' }] } })
    expect((await identity.call('GET', `${trusts}/${id}/roles`, { token })).body).toMatchObject({
      roles: [{ name: 'reader' }],
    })
    expect((await identity.call('GET', `${trusts}/${id}/roles/${await roleId('member')}`, { token })).status).toBe(404)
    expect((await identity.call('GET', `${trusts}?trustor_user_id=${user}`, { token })).body).toMatchObject({
      trusts: { length: 1 },
    })
    expect((await identity.call('GET', trusts, { token })).status).toBe(403)
    expect((await identity.admin('GET', trusts)).body).toMatchObject({ trusts: { length: 1 } })
    expect((await identity.login(undefined, { 'OS-TRUST:trust': { id } })).status).toBe(403)
    expect((await identity.call('DELETE', `${trusts}/${id}`, { token })).status).toBe(204)
    expect((await show(token)).status).toBe(404)
    expect((await identity.call('GET', `/v3/users/${user}`, { token: lent })).status).toBe(401)
    expect((await use(id)).status).toBe(401)
  })

  it('are used as often as they say', async () => {
    const id = at(await trust({ remaining_uses: 2, impersonation: false }), 'trust', 'id')
    expect((await use(id)).body).toMatchObject({ token: { user: { id: trustee } } })
    expect((await use(id)).status).toBe(201)
    expect((await use(id)).status).toBe(403)
    expect((await identity.call('GET', `${trusts}/${id}`, { token })).status).toBe(404)
  })

  it('are handed on, never for longer or with more', async () => {
    const parent = at(
      await trust({ allow_redelegation: true, redelegation_count: 1, expires_at: '2026-11-21T04:00:00Z' }),
      'trust',
      'id',
    )
    const lent = (await use(parent)).headers.get('x-subject-token') ?? ''
    const third = at(await identity.admin('POST', '/v3/users', { user: { name: 'third' } }), 'user', 'id')
    const child = (more: object = {}) => trust({ trustee_user_id: third, ...more }, lent)
    expect((await child({ expires_at: '2026-11-21T05:00:00Z' })).status).toBe(403)
    expect((await child({ roles: [{ name: 'member' }] })).status).toBe(403)
    const made = await child()
    expect(made).toMatchObject({
      status: 201,
      body: {
        trust: { redelegated_trust_id: parent, expires_at: '2026-11-21T04:00:00.000000Z', redelegation_count: 0 },
      },
    })
    expect((await identity.call('DELETE', `${trusts}/${parent}`, { token })).status).toBe(204)
    expect((await identity.admin('GET', `${trusts}/${at(made, 'trust', 'id')}`)).status).toBe(404)
  })

  it.each([
    [{ roles: [] }, 403],
    [{ roles: [{ name: 'admin' }] }, 404],
    [{ roles: [{ id: 'none' }] }, 404],
    [{ trustee_user_id: 'none' }, 404],
    [{ trustor_user_id: 'somebody' }, 403],
    [{ project_id: 'none' }, 404],
    [{ remaining_uses: 0 }, 400],
    [{ remaining_uses: -1 }, 400],
    [{ expires_at: 'soon' }, 400],
    [{ expires_at: '2010-06-04T08:44:31.999999Z' }, 400],
    [{ impersonation: 'yes' }, 400],
    [{ allow_redelegation: true, redelegation_count: 4 }, 403],
  ])('are refused where Keystone refuses them: %j', async (more, status) => {
    expect((await trust(more)).status).toBe(status)
  })
})
