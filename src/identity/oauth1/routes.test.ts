import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'
import { type Key, loginWithAccess, signedHeader } from '../testing/oauth1.ts'

let identity: TestIdentity
let project: string
let user: string
let token: string
let member: string
let consumer: { id: string; secret: string }
beforeAll(async () => {
  identity = await startIdentity()
  project = at(await identity.admin('POST', '/v3/projects', { project: { name: 'p' } }), 'project', 'id')
  user = at(await identity.admin('POST', '/v3/users', { user: { name: 'u', password: 'p' } }), 'user', 'id')
  const roleId = async (name: string) => at(await identity.admin('GET', `/v3/roles?name=${name}`), 'roles', 0, 'id')
  member = await roleId('member')
  await identity.admin('PUT', `/v3/projects/${project}/users/${user}/roles/${await roleId('admin')}`)
  token = await identity.token({ id: user, password: 'p' }, { project: { id: project } })
  const created = await identity.admin('POST', '/v3/OS-OAUTH1/consumers', { consumer: { description: 'program' } })
  consumer = { id: at(created, 'consumer', 'id'), secret: at(created, 'consumer', 'secret') }
})
afterAll(() => identity.stop())

const sign = (path: string, key?: Key, extra?: Record<string, string>, secret = consumer.secret) =>
  signedHeader(identity, path, { ...consumer, secret }, key, extra)

const post = (path: string, authorization: string, headers = {}, body?: unknown) =>
  identity.call('POST', path, { token: '', headers: { authorization, ...headers }, ...(body ? { body } : {}) })
const keyOf = ({ body }: { body: unknown }): Key => {
  const form = new URLSearchParams(typeof body === 'string' ? body : '')
  return { id: form.get('oauth_token') ?? '', secret: form.get('oauth_token_secret') ?? '' }
}
const ask = async (secret?: string, projectId = project) =>
  post('/v3/OS-OAUTH1/request_token', await sign('/v3/OS-OAUTH1/request_token', undefined, {}, secret), {
    'requested-project-id': projectId,
  })
const agree = (id: string, role: object) =>
  identity.call('PUT', `/v3/OS-OAUTH1/authorize/${id}`, { token, body: { roles: [role] } })
const redeem = async (key: Key, verifier: string) =>
  post('/v3/OS-OAUTH1/access_token', await sign('/v3/OS-OAUTH1/access_token', key, { oauth_verifier: verifier }))
async function access(): Promise<Key> {
  const request = keyOf(await ask())
  return keyOf(await redeem(request, at(await agree(request.id, { id: member }), 'token', 'oauth_verifier')))
}
const login = (key: Key, scope?: object) => loginWithAccess(identity, consumer, key, scope)

describe('consumers', () => {
  it('are made, shown without their secret, changed and deleted', async () => {
    const created = await identity.admin('POST', '/v3/OS-OAUTH1/consumers', { consumer: { colour: 'red' } })
    const path = `/v3/OS-OAUTH1/consumers/${at(created, 'consumer', 'id')}`
    expect(created).toMatchObject({ status: 201, body: { consumer: { description: null, colour: 'red' } } })
    const shown = await identity.admin('GET', path)
    expect(shown.status).toBe(200)
    expect(shown.body).not.toHaveProperty('consumer.secret')
    expect(await identity.admin('PATCH', path, { consumer: { description: 'd' } })).toMatchObject({
      status: 200,
      body: { consumer: { description: 'd', colour: 'red' } },
    })
    expect((await identity.admin('PATCH', path, { consumer: { secret: 'mine' } })).status).toBe(400)
    expect((await identity.admin('GET', '/v3/OS-OAUTH1/consumers')).body).toMatchObject({ consumers: { length: 2 } })
    expect((await identity.admin('DELETE', path)).status).toBe(204)
    expect((await identity.admin('GET', path)).status).toBe(404)
  })
})

describe('a consumer', () => {
  it('asks, is agreed to, and acts for its user with the agreed roles alone', async () => {
    const request = keyOf(await ask())
    const agreed = await agree(request.id, { name: 'member' })
    expect(agreed.status).toBe(200)
    const verifier = at(agreed, 'token', 'oauth_verifier')
    expect((await redeem(request, 'wrong')).status).toBe(401)
    const redeemed = await redeem(request, verifier)
    expect(redeemed.status).toBe(201)
    expect((await redeem(request, verifier)).status).toBe(404)
    const key = keyOf(redeemed)
    const answer = await login(key)
    expect(answer).toMatchObject({
      status: 201,
      body: {
        token: {
          methods: ['oauth1'],
          user: { id: user },
          project: { id: project },
          roles: expect.arrayContaining([{ id: member, name: 'member' }, expect.objectContaining({ name: 'reader' })]),
          'OS-OAUTH1': { access_token_id: key.id, consumer_id: consumer.id },
        },
      },
    })
    expect(answer.body).toMatchObject({ token: { roles: { length: 2 } } })
    const borrowed = answer.headers.get('x-subject-token') ?? ''
    expect((await identity.call('GET', '/v3/users', { token: borrowed })).status).toBe(403)
    const another = keyOf(await ask())
    const path = `/v3/OS-OAUTH1/authorize/${another.id}`
    expect((await identity.call('PUT', path, { token: borrowed, body: { roles: [{ id: member }] } })).status).toBe(403)
  })

  it('is refused with a wrong signature, an old timestamp, an unknown project or no header', async () => {
    expect((await ask('wrong')).status).toBe(401)
    expect((await ask(undefined, 'none')).status).toBe(404)
    const header = await sign('/v3/OS-OAUTH1/request_token')
    expect((await post('/v3/OS-OAUTH1/request_token', header)).status).toBe(400)
    expect((await post('/v3/OS-OAUTH1/request_token', '')).status).toBe(400)
    const old = await sign('/v3/OS-OAUTH1/request_token', undefined, { oauth_timestamp: '1' })
    expect((await post('/v3/OS-OAUTH1/request_token', old, { 'requested-project-id': project })).status).toBe(401)
    const key = await access()
    expect((await login({ ...key, secret: 'wrong' })).status).toBe(401)
    expect((await login({ id: 'none', secret: 'x' })).status).toBe(404)
  })

  it('is not agreed to with roles that the user has not', async () => {
    const other = at(await identity.admin('POST', '/v3/roles', { role: { name: 'other' } }), 'role', 'id')
    const request = keyOf(await ask())
    expect((await agree(request.id, { id: other })).status).toBe(401)
    expect((await agree('none', { id: member })).status).toBe(404)
  })
})

describe('access tokens', () => {
  it('are listed and shown with their roles, and end with their deletion', async () => {
    const { id, secret } = await access()
    const list = `/v3/users/${user}/OS-OAUTH1/access_tokens`
    expect((await identity.admin('GET', `${list}/${id}`)).body).toMatchObject({
      access_token: { id, consumer_id: consumer.id, project_id: project, authorizing_user_id: user },
    })
    const listed = await identity.admin('GET', list)
    expect(JSON.stringify(listed.body)).toContain(id)
    expect(JSON.stringify(listed.body)).not.toContain(secret)
    expect((await identity.admin('GET', `${list}/${id}/roles`)).body).toMatchObject({ roles: [{ id: member }] })
    expect((await identity.admin('GET', `${list}/${id}/roles/${member}`)).body).toMatchObject({ role: { id: member } })
    expect((await identity.admin('GET', `${list}/${id}/roles/none`)).status).toBe(404)
    expect((await identity.admin('GET', `/v3/users/none/OS-OAUTH1/access_tokens/${id}`)).status).toBe(404)
    const answer = await login({ id, secret })
    const borrowed = answer.headers.get('x-subject-token') ?? ''
    expect((await identity.call('GET', '/v3/auth/catalog', { token: borrowed })).status).toBe(200)
    expect((await identity.admin('DELETE', `${list}/${id}`)).status).toBe(204)
    expect((await identity.call('GET', '/v3/auth/catalog', { token: borrowed })).status).toBe(401)
    expect((await login({ id, secret })).status).toBe(404)
  })

  it('go with their consumer', async () => {
    const key = await access()
    expect((await identity.admin('DELETE', `/v3/OS-OAUTH1/consumers/${consumer.id}`)).status).toBe(204)
    expect((await login(key)).status).toBe(404)
  })
})
