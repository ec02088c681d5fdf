import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'

let identity: TestIdentity
let program: { id: string; secret: string }
beforeAll(async () => {
  identity = await startIdentity()
  const user = at(await identity.admin('GET', '/v3/users?name=admin'), 'users', 0, 'id')
  const application_credential = { name: 'program', roles: [{ name: 'reader' }] }
  const made = await identity.admin('POST', `/v3/users/${user}/application_credentials`, { application_credential })
  program = { id: at(made, 'application_credential', 'id'), secret: at(made, 'application_credential', 'secret') }
})
afterAll(() => identity.stop())

const ask = (form: Readonly<Record<string, string>>, basic?: { id: string; secret: string }) =>
  identity.call('POST', '/v3/OS-OAUTH2/token', {
    token: '',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(basic && { authorization: `Basic ${Buffer.from(`${basic.id}:${basic.secret}`).toString('base64')}` }),
    },
    body: new URLSearchParams(form).toString(),
  })
const grant_type = 'client_credentials'

describe('client credentials of OAuth 2.0', () => {
  it('give a token, in the header or in the form', async () => {
    const answer = await ask({ grant_type }, program)
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 3600 } })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const token = at(answer, 'access_token')
    expect(
      (await identity.call('GET', '/v3/auth/tokens', { token, headers: { 'x-subject-token': token } })).body,
    ).toMatchObject({ token: { methods: ['application_credential'], roles: [{ name: 'reader' }] } })
    expect((await ask({ grant_type, client_id: program.id, client_secret: program.secret })).status).toBe(200)
  })

  it.each([
    [{}, undefined, 400, 'invalid_request'],
    [{ grant_type: 'password' }, undefined, 400, 'unsupported_grant_type'],
    [{ grant_type }, undefined, 401, 'invalid_client'],
    [{ grant_type }, { id: 'none', secret: 'x' }, 401, 'invalid_client'],
    [{ grant_type, client_id: 'none' }, undefined, 401, 'invalid_client'],
    [{ grant_type, client_id: 'x'.repeat(20_000) }, undefined, 400, 'invalid_request'],
  ])('%# are refused in the words of the standard', async (form, basic, status, error) => {
    expect(await ask(form, basic)).toMatchObject({ status, body: { error, error_description: expect.any(String) } })
  })
})
