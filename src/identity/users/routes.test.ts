import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'

let identity: TestIdentity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.stop())

const create = (user: object) => identity.admin('POST', '/v3/users', { user })
const idOf = async (user: object) => at(await create(user), 'user', 'id')
const patch = (id: string, user: object) => identity.admin('PATCH', `/v3/users/${id}`, { user })
const unscoped = (id: string, password: string) => identity.login({ id, password }, 'unscoped')
/** Tokens and revocations know whole seconds only. */
const later = () => {
  identity.clock.ms += 1000
}

describe('users', () => {
  it('are created, shown, changed and deleted; passwords are never shown', async () => {
    const created = await create({ name: 'kim', password: '비밀', email: 'kim@example.org', description: 'x' })
    const id = at(created, 'user', 'id')
    expect(created.status).toBe(201)
    expect(created.body).toEqual({
      user: {
        email: 'kim@example.org',
        description: 'x',
        id,
        name: 'kim',
        domain_id: 'default',
        enabled: true,
        password_expires_at: null,
        options: {},
        links: { self: expect.stringContaining(`/v3/users/${id}`) },
      },
    })
    expect((await unscoped(id, '비밀')).status).toBe(201)
    expect((await patch(id, { name: 'lee', options: { lock_password: true } })).body).toMatchObject({
      user: { name: 'lee', email: 'kim@example.org', options: { lock_password: true } },
    })
    expect((await patch(id, { options: { lock_password: null } })).body).toMatchObject({ user: { options: {} } })
    expect((await identity.admin('GET', '/v3/users?name=lee')).body).toMatchObject({ users: [{ id }] })
    expect((await identity.admin('GET', '/v3/users?enabled=0')).body).toMatchObject({ users: [] })
    expect((await identity.admin('DELETE', `/v3/users/${id}`)).status).toBe(204)
    expect((await unscoped(id, '비밀')).status).toBe(401)
  })

  it('lose their tokens when they are disabled, for good', async () => {
    const id = await idOf({ name: 'off', password: 'p' })
    const token = at(
      { ...(await unscoped(id, 'p')), body: { t: await identity.token({ id, password: 'p' }, 'unscoped') } },
      't',
    )
    const works = async () => (await identity.call('GET', '/v3/auth/projects', { token })).status
    expect(await works()).toBe(200)
    await patch(id, { enabled: false })
    expect(await works()).toBe(401)
    expect((await unscoped(id, 'p')).status).toBe(401)
    await patch(id, { enabled: true })
    expect(await works()).toBe(401)
    later()
    expect((await unscoped(id, 'p')).status).toBe(201)
  })

  it('change their own password, which ends their tokens', async () => {
    const id = await idOf({ name: 'self', password: 'old' })
    const token = await identity.token({ id, password: 'old' }, 'unscoped')
    const change = (original_password: string, password: string) =>
      identity.call('POST', `/v3/users/${id}/password`, { token: '', body: { user: { original_password, password } } })
    expect((await change('wrong', 'new')).status).toBe(401)
    expect((await change('old', 'new')).status).toBe(204)
    expect((await identity.call('GET', '/v3/auth/projects', { token })).status).toBe(401)
    expect((await unscoped(id, 'old')).status).toBe(401)
    later()
    expect((await unscoped(id, 'new')).status).toBe(201)
    await patch(id, { options: { lock_password: true } })
    expect((await change('new', 'newer')).status).toBe(400)
    await patch(id, { password: 'by-admin' })
    expect((await unscoped(id, 'new')).status).toBe(401)
    expect((await unscoped(id, 'by-admin')).status).toBe(201)
  })

  it('log in to their default project, if they may', async () => {
    const project = at(await identity.admin('POST', '/v3/projects', { project: { name: 'home' } }), 'project', 'id')
    const id = await idOf({ name: 'homely', password: 'p', default_project_id: project })
    const login = () => identity.login({ id, password: 'p' }, null)
    expect((await login()).body).not.toHaveProperty('token.project')
    const { body } = await identity.admin('GET', '/v3/roles?name=member')
    const role = at({ status: 200, headers: new Headers(), body }, 'roles', 0, 'id')
    await identity.admin('PUT', `/v3/projects/${project}/users/${id}/roles/${role}`)
    expect((await login()).body).toMatchObject({ token: { project: { id: project }, roles: { length: 2 } } })
    expect((await identity.admin('DELETE', `/v3/projects/${project}`)).status).toBe(204)
    expect((await identity.admin('GET', `/v3/users/${id}`)).body).not.toHaveProperty('user.default_project_id')
    expect((await create({ name: 'd', default_project_id: 'default' })).status).toBe(400)
  })

  it('see themselves and their projects, and nobody else', async () => {
    const id = await idOf({ name: 'me', password: 'p' })
    const other = await idOf({ name: 'other' })
    const token = await identity.token({ id, password: 'p' }, 'unscoped')
    const get = async (path: string) => (await identity.call('GET', path, { token })).status
    expect(await get(`/v3/users/${id}`)).toBe(200)
    expect(await get(`/v3/users/${id}/projects`)).toBe(200)
    expect(await get(`/v3/users/${id}/groups`)).toBe(200)
    expect(await get(`/v3/users/${other}`)).toBe(403)
    expect(await get('/v3/users/none')).toBe(403)
    expect(await get('/v3/users')).toBe(403)
    expect((await identity.admin('GET', '/v3/users/none')).status).toBe(404)
  })

  it.each([
    [{}, 400],
    [{ name: '' }, 400],
    [{ name: 'x'.repeat(256) }, 400],
    [{ name: 'a', password: 7 }, 400],
    [{ name: 'a', domain_id: 'nowhere' }, 404],
    [{ name: 'a', options: { unknown: 1 } }, 400],
    [{ name: 'a', options: { multi_factor_auth_rules: [['x', 'x']] } }, 400],
    [{ name: 'no rules', options: { multi_factor_auth_rules: null } }, 201],
    [{ name: 'admin' }, 409],
    [{ name: 'Admin' }, 201],
    [{ name: 'long', password: 'x'.repeat(4096) }, 201],
  ])('are refused where Keystone refuses them: %j', async (user, status) => {
    expect((await create(user)).status).toBe(status)
  })

  it('have names that are other names as soon as one letter is another one, on every database', async () => {
    for (const name of [
      'straße',
      'strasse',
      'STRASSE',
      'caf\u00e9',
      'cafe\u0301',
      'cafe',
      'ｋｉｍ',
      'kim2 kim',
      '김',
      'İ',
      'i',
    ]) {
      const created = await create({ name })
      expect([name, created.status]).toEqual([name, 201])
      expect((await create({ name })).status).toBe(409)
      const { body } = await identity.admin('GET', `/v3/users?name=${encodeURIComponent(name)}`)
      expect(body).toMatchObject({ users: [{ id: at(created, 'user', 'id'), name }] })
    }
    // What surrounds a name is not part of it.
    expect((await create({ name: ' cafe ' })).status).toBe(409)
  })

  it('have passwords of which the first 4,096 letters count, as Keystone has it', async () => {
    for (const length of [72, 4096]) {
      const password = 'x'.repeat(length)
      const id = await idOf({ name: `long-${length}`, password })
      expect((await unscoped(id, password)).status).toBe(201)
      const others = [password.slice(1), `${password.slice(1)}y`, ...(length === 72 ? [`${password}x`] : [])]
      for (const other of others) expect((await unscoped(id, other)).status).toBe(401)
    }
  })

  it('are found by when their passwords expire', async () => {
    const find = (filter: string) => identity.admin('GET', `/v3/users?password_expires_at=${filter}`)
    expect((await find('lt:2030-01-01T00:00:00Z')).body).toMatchObject({ users: [] })
    expect((await find('xx:2030-01-01T00:00:00Z')).status).toBe(400)
    expect((await find('lt:tomorrow')).status).toBe(400)
  })
})

describe('groups', () => {
  it('have members, whose tokens end when they leave', async () => {
    const created = await identity.admin('POST', '/v3/groups', { group: { name: 'crew', colour: 'red' } })
    const group = at(created, 'group', 'id')
    expect(created).toMatchObject({ status: 201, body: { group: { name: 'crew', description: '', colour: 'red' } } })
    const id = await idOf({ name: 'sailor', password: 'p' })
    const member = `/v3/groups/${group}/users/${id}`
    expect((await identity.admin('GET', member)).status).toBe(404)
    expect((await identity.admin('PUT', member)).status).toBe(204)
    expect((await identity.admin('PUT', member)).status).toBe(204)
    expect((await identity.admin('HEAD', member)).status).toBe(204)
    expect((await identity.admin('GET', `/v3/groups/${group}/users`)).body).toMatchObject({ users: [{ id }] })
    expect((await identity.admin('GET', `/v3/users/${id}/groups`)).body).toMatchObject({
      groups: [{ id: group, membership_expires_at: null }],
    })
    const token = await identity.token({ id, password: 'p' }, 'unscoped')
    expect((await identity.admin('DELETE', member)).status).toBe(204)
    expect((await identity.admin('DELETE', member)).status).toBe(404)
    expect((await identity.call('GET', '/v3/auth/projects', { token })).status).toBe(401)
    expect((await identity.admin('PUT', `/v3/groups/${group}/users/none`)).status).toBe(404)
    expect((await identity.admin('PATCH', `/v3/groups/${group}`, { group: { name: 'Crew' } })).status).toBe(200)
    expect((await identity.admin('POST', '/v3/groups', { group: { name: 'Crew' } })).status).toBe(409)
    expect((await identity.admin('DELETE', `/v3/groups/${group}`)).status).toBe(204)
  })
})
