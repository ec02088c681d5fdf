import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { totpCode } from '#lib/totp/totp.ts'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'

const seed = 'GEZDGNBVGY3TQOJQ'
const rules = [['password', 'totp'], ['application_credential']]

let identity: TestIdentity
let user: string
let project: string
beforeAll(async () => {
  identity = await startIdentity({ security_compliance: { lockout_failure_attempts: 3, lockout_duration: 60 } })
  user = await person('u', rules)
  project = at(await identity.admin('POST', '/v3/projects', { project: { name: 'p' } }), 'project', 'id')
  const member = at(await identity.admin('GET', '/v3/roles?name=member'), 'roles', 0, 'id')
  await identity.admin('PUT', `/v3/projects/${project}/users/${user}/roles/${member}`)
})
afterAll(() => identity.stop())

async function person(name: string, multi_factor_auth_rules: string[][]): Promise<string> {
  const made = { name, password: 'p', options: { multi_factor_auth_rules } }
  const id = at(await identity.admin('POST', '/v3/users', { user: made }), 'user', 'id')
  await identity.admin('POST', '/v3/credentials', { credential: { type: 'totp', blob: seed, user_id: id } })
  return id
}

const code = (ago = 0) => totpCode(seed, identity.clock.ms - ago * 30_000) ?? ''
const password = (id = user, word = 'p') => ({ password: { user: { id, password: word } } })
const totp = (passcode = code(), id = user) => ({ totp: { user: { id, passcode } } })
const login = (methods: object, receipt?: string, scope?: object) =>
  identity.call('POST', '/v3/auth/tokens', {
    token: '',
    headers: receipt === undefined ? {} : { 'openstack-auth-receipt': receipt },
    body: { auth: { identity: { methods: Object.keys(methods), ...methods }, ...(scope && { scope }) } },
  })
const receiptOf = async (methods: object) => (await login(methods)).headers.get('openstack-auth-receipt') ?? ''

describe('a user who must pass two methods', () => {
  it('passes both at once', async () => {
    const answer = await login({ ...password(), ...totp() }, undefined, { project: { id: project } })
    expect(answer).toMatchObject({
      status: 201,
      body: { token: { methods: ['totp', 'password'], user: { id: user }, project: { id: project } } },
    })
    const held = answer.headers.get('x-subject-token') ?? ''
    // What was passed stays passed when the token is exchanged.
    expect((await login({ token: { id: held } })).status).toBe(201)
  })

  it('passes them one after the other, with the receipt of the first', async () => {
    const first = await login(password(), undefined, { project: { id: project } })
    expect(first).toMatchObject({
      status: 401,
      body: {
        receipt: {
          methods: ['password'],
          user: { id: user, name: 'u', domain: { id: 'default', name: 'Default' } },
          issued_at: '2026-11-21T03:00:00.000000Z',
          expires_at: '2026-11-21T03:05:00.000000Z',
        },
        required_auth_methods: [['password', 'totp']],
      },
    })
    expect(first.headers.get('x-subject-token')).toBeNull()
    const receipt = first.headers.get('openstack-auth-receipt') ?? ''
    expect((await login(totp(), receipt, { project: { id: project } })).status).toBe(201)
    expect((await login(password(), await receiptOf(totp()))).status).toBe(201)
    expect((await login(password(), receipt)).status).toBe(401)
  })

  it('is not helped by a receipt of another, a token, a forgery, or an old one', async () => {
    const other = await person('other', rules)
    expect((await login(totp(), await receiptOf(password(other)))).status).toBe(401)
    const receipt = await receiptOf(password())
    expect((await login(totp(), `${receipt.slice(0, -2)}AA`)).status).toBe(401)
    const token = await identity.token()
    expect((await login(totp(), token)).status).toBe(401)
    expect((await identity.call('GET', '/v3/auth/projects', { token: receipt })).status).toBe(401)
    identity.clock.ms += 300_000
    expect((await login(totp(), receipt)).status).toBe(401)
  })

  it('needs one method where the rules are off', async () => {
    const id = await person('off', rules)
    await identity.admin('PATCH', `/v3/users/${id}`, { user: { options: { multi_factor_auth_enabled: false } } })
    expect((await login(password(id))).status).toBe(201)
  })
})

describe('a one-time password', () => {
  it('is good for the present and the last half minute', async () => {
    const id = await person('alone', [['totp']])
    expect(await login(totp(code(), id))).toMatchObject({ status: 201, body: { token: { methods: ['totp'] } } })
    expect((await login(totp(code(1), id))).status).toBe(201)
    expect((await login(totp(code(2), id))).status).toBe(401)
    expect((await login(totp(code(), 'nobody'))).status).toBe(401)
    expect((await login({ totp: { user: { id } } })).status).toBe(400)
  })

  it('is not guessed: wrong ones lock the account', async () => {
    const id = await person('guessed', [['totp']])
    for (let tries = 0; tries < 3; tries++) expect((await login(totp('000000', id))).status).toBe(401)
    expect((await login(totp(code(), id))).status).toBe(401)
    identity.clock.ms += 61_000
    expect((await login(totp(code(), id))).status).toBe(201)
  })
})
