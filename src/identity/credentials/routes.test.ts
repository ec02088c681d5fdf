import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'

let identity: TestIdentity
let project: string
let user: string
let token: string
let otherUser: string
let other: string
beforeAll(async () => {
  identity = await startIdentity()
  project = at(await identity.admin('POST', '/v3/projects', { project: { name: 'p' } }), 'project', 'id')
  const member = at(await identity.admin('GET', '/v3/roles?name=member'), 'roles', 0, 'id')
  const person = async (name: string) => {
    const id = at(await identity.admin('POST', '/v3/users', { user: { name, password: 'p' } }), 'user', 'id')
    await identity.admin('PUT', `/v3/projects/${project}/users/${id}/roles/${member}`)
    return [id, await identity.token({ id, password: 'p' }, { project: { id: project } })] as const
  }
  ;[user, token] = await person('u')
  ;[otherUser, other] = await person('other')
})
afterAll(() => identity.stop())

const call = (method: string, path: string, body?: unknown, by = token) =>
  identity.call(method, path, { token: by, ...(body === undefined ? {} : { body }) })
const create = (credential: object, by = token) => call('POST', '/v3/credentials', { credential }, by)

describe('credentials', () => {
  it('are made, shown, listed, changed and deleted by their owner, and nobody else sees them', async () => {
    const created = await create({ type: 'cert', blob: 'secret text', user_id: user, colour: 'red' })
    const id = at(created, 'credential', 'id')
    expect(created).toMatchObject({
      status: 201,
      body: { credential: { type: 'cert', blob: 'secret text', user_id: user, project_id: null, colour: 'red' } },
    })
    const path = `/v3/credentials/${id}`
    expect((await call('GET', path)).body).toEqual(created.body)
    expect((await call('GET', path, undefined, other)).status).toBe(403)
    expect((await call('GET', '/v3/credentials?type=cert')).body).toMatchObject({ credentials: [{ id }] })
    expect((await call('GET', '/v3/credentials', undefined, other)).body).toMatchObject({ credentials: [] })
    expect((await call('PATCH', path, { credential: { blob: 'new' } })).body).toMatchObject({
      credential: { id, blob: 'new', type: 'cert' },
    })
    expect((await call('PATCH', path, { credential: { blob: 'mine' } }, other)).status).toBe(403)
    expect((await call('PATCH', path, { credential: { user_id: otherUser } })).status).toBe(403)
    expect((await call('DELETE', path, undefined, other)).status).toBe(403)
    expect((await call('DELETE', path)).status).toBe(204)
    expect((await identity.admin('GET', path)).status).toBe(404)
  })

  it('are made for oneself only, but by administrators for anybody', async () => {
    const credential = { type: 'cert', blob: 'b', user_id: otherUser }
    expect((await create(credential)).status).toBe(403)
    const made = await identity.admin('POST', '/v3/credentials', { credential })
    expect(made.status).toBe(201)
    expect((await call('GET', `/v3/credentials/${at(made, 'credential', 'id')}`, undefined, other)).status).toBe(200)
  })

  it('lie in the database sealed', async () => {
    const id = at(await create({ type: 'cert', blob: 'nobody reads this', user_id: user }), 'credential', 'id')
    const rows = await sql<object>`select * from identity_credentials`.execute(identity.ctx().db.read)
    expect(JSON.stringify(rows.rows)).toContain(id)
    expect(JSON.stringify(rows.rows)).not.toContain('nobody reads this')
  })

  it('of EC2 need a project and an access key, of which each is there once', async () => {
    const blob = JSON.stringify({ access: 'a', secret: 's' })
    const ec2 = { type: 'ec2', blob, user_id: user, project_id: project }
    expect((await create({ ...ec2, project_id: undefined })).status).toBe(400)
    expect((await create({ ...ec2, blob: 'no json' })).status).toBe(400)
    expect((await create({ ...ec2, blob: '{}' })).status).toBe(400)
    const created = await create(ec2)
    expect(created.status).toBe(201)
    expect(at(created, 'credential', 'id')).toMatch(/^[0-9a-f]{64}$/)
    expect((await create(ec2)).status).toBe(409)
    const bound = JSON.stringify({ access: 'a', secret: 's', trust_id: 't' })
    const path = `/v3/credentials/${at(created, 'credential', 'id')}`
    expect((await call('PATCH', path, { credential: { blob: bound } })).status).toBe(400)
  })
})

describe('EC2 keys', () => {
  it('are made, shown, listed and deleted by their user', async () => {
    const list = `/v3/users/${user}/credentials/OS-EC2`
    const created = await call('POST', list, { tenant_id: project })
    const access = at(created, 'credential', 'access')
    expect(created).toMatchObject({
      status: 201,
      body: { credential: { user_id: user, tenant_id: project, trust_id: null } },
    })
    expect((await call('GET', `${list}/${access}`)).body).toEqual(created.body)
    expect((await call('GET', `${list}/${access}`, undefined, other)).status).toBe(403)
    expect(JSON.stringify((await call('GET', list)).body)).toContain(access)
    expect((await call('GET', list, undefined, other)).status).toBe(403)
    expect((await call('POST', list, { tenant_id: project }, other)).status).toBe(403)
    expect((await call('POST', list, { tenant_id: 'none' })).status).toBe(404)
    expect((await call('DELETE', `${list}/${access}`)).status).toBe(204)
    expect((await call('GET', `${list}/${access}`)).status).toBe(404)
  })

  it('made with an application credential stay bound to it', async () => {
    const application_credential = { name: 'program', unrestricted: true }
    const made = await call('POST', `/v3/users/${user}/application_credentials`, { application_credential })
    const id = at(made, 'application_credential', 'id')
    const secret = at(made, 'application_credential', 'secret')
    const login = await identity.call('POST', '/v3/auth/tokens', {
      token: '',
      body: {
        auth: { identity: { methods: ['application_credential'], application_credential: { id, secret } } },
      },
    })
    const program = login.headers.get('x-subject-token') ?? ''
    const blob = JSON.stringify({ access: 'bound', secret: 's' })
    const created = await create({ type: 'ec2', blob, user_id: user, project_id: project }, program)
    expect(JSON.parse(at(created, 'credential', 'blob'))).toMatchObject({ app_cred_id: id })
    const elsewhere = at(await identity.admin('POST', '/v3/projects', { project: { name: 'q' } }), 'project', 'id')
    expect((await create({ type: 'cert', blob: 'b', user_id: user, project_id: elsewhere }, program)).status).toBe(403)
  })
})
