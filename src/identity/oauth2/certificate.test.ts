// Tokens by the certificate of a client. Certificates of the fixture are made by openssl for a hundred years.

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'

const certificates: Readonly<Record<'client' | 'other' | 'odd', string>> = JSON.parse(
  readFileSync(new URL('certificates.fixture.json', import.meta.url), 'utf8'),
)
const secret = 'known to the proxy and to nobody else'
let identity: TestIdentity
let robot: string
let project: string

const mapping = async (rules: unknown) => {
  const path = '/v3/OS-FEDERATION/mappings/oauth2_mapping'
  const method = (await identity.admin('GET', path)).status === 200 ? 'PATCH' : 'PUT'
  await identity.admin(method, path, { mapping: { rules } })
}
const byName = [
  {
    local: [{ user: { name: '{0}', email: '{1}', domain: { name: '{2}' } } }],
    remote: [
      { type: 'SSL_CLIENT_SUBJECT_DN_CN' },
      { type: 'SSL_CLIENT_SUBJECT_DN_EMAILADDRESS' },
      { type: 'SSL_CLIENT_SUBJECT_DN_OU' },
      { type: 'SSL_CLIENT_ISSUER_DN_CN', any_one_of: ['Acme CA'] },
    ],
  },
]

beforeAll(async () => {
  identity = await startIdentity({ federation: { trusted_proxy: { addresses: ['127.0.0.1'], secret } } })
  identity.clock.ms = Date.parse('2026-12-01')
  const { admin } = identity
  project = at(await admin('POST', '/v3/projects', { project: { name: 'factory' } }), 'project', 'id')
  const user = { name: 'robot', email: 'robot@example.org', default_project_id: project }
  robot = at(await admin('POST', '/v3/users', { user }), 'user', 'id')
  const role = at(await admin('GET', '/v3/roles?name=reader'), 'roles', 0, 'id')
  await admin('PUT', `/v3/projects/${project}/users/${robot}/roles/${role}`)
  await mapping(byName)
})
afterAll(() => identity.stop())

const ask = (certificate: string, clientId = robot, headers: Readonly<Record<string, string>> = {}) =>
  identity.call('POST', '/v3/OS-OAUTH2/token', {
    token: '',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-proxy-secret': secret,
      'ssl-client-cert': encodeURIComponent(certificate),
      ...headers,
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId }).toString(),
  })
const refused = { status: 401, body: { error: 'invalid_client', error_description: 'Client authentication failed.' } }

describe('a certificate', () => {
  it('gives its user a token that names it', async () => {
    const answer = await ask(certificates.client)
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 3600 } })
    const token = at(answer, 'access_token')
    const shown = await identity.call('GET', '/v3/auth/tokens', {
      token: await identity.token(),
      headers: { 'x-subject-token': token },
    })
    expect(shown.body).toMatchObject({
      token: {
        methods: ['oauth2_credential'],
        user: { id: robot },
        project: { id: project },
        roles: [{ name: 'reader' }],
        oauth2_credential: { 'x5t#S256': expect.stringMatching(/^[\w-]{43}=$/) },
      },
    })
    expect(at(shown, 'token', 'oauth2_credential', 'x5t#S256')).not.toBe('')
  })

  it('goes with its token wherever that is shown', async () => {
    const token = at(await ask(certificates.client), 'access_token')
    const show = (headers: Readonly<Record<string, string>>) =>
      identity.call('GET', '/v3/auth/projects', { token, headers })
    const by = (certificate: string, word = secret) => ({
      'x-proxy-secret': word,
      'ssl-client-cert': encodeURIComponent(certificate),
    })
    expect(await show(by(certificates.client))).toMatchObject({ status: 200, body: { projects: [{ id: project }] } })
    expect((await show({})).status).toBe(401)
    expect((await show(by(certificates.other))).status).toBe(401)
    expect((await show(by('garbage'))).status).toBe(401)
    expect((await show(by(certificates.client, 'not the word of the proxy, but as long'))).status).toBe(401)
  })

  it('goes with every token that its own is exchanged for', async () => {
    const held = at(await ask(certificates.client), 'access_token')
    const exchange = (scope: unknown) =>
      identity.call('POST', '/v3/auth/tokens', {
        token: '',
        body: { auth: { identity: { methods: ['token'], token: { id: held } }, scope } },
      })
    const given = await exchange({ project: { id: project } })
    expect(given).toMatchObject({
      status: 201,
      body: { token: { oauth2_credential: { 'x5t#S256': expect.any(String) } } },
    })
    const token = given.headers.get('x-subject-token') ?? ''
    expect((await identity.call('GET', '/v3/auth/projects', { token })).status).toBe(401)
    expect((await exchange('unscoped')).status).toBe(403)
    expect((await exchange({ domain: { id: 'default' } })).status).toBe(403)
  })

  it('is nothing that another cloud could ask for: there is no assertion for its token', async () => {
    const path = '/v3/OS-FEDERATION/service_providers/elsewhere'
    const urls = { sp_url: 'https://elsewhere.example/sp', auth_url: 'https://elsewhere.example/auth' }
    await identity.admin('PUT', path, { service_provider: { ...urls, enabled: true } })
    const assertion = (id: string) =>
      identity.call('POST', '/v3/auth/OS-FEDERATION/saml2', {
        token: '',
        body: {
          auth: {
            identity: { methods: ['token'], token: { id } },
            scope: { service_provider: { id: 'elsewhere' } },
          },
        },
      })
    expect((await assertion(await identity.token())).status).toBe(200)
    expect((await assertion(at(await ask(certificates.client), 'access_token'))).status).toBe(403)
  })

  it('of somebody else, or for somebody else, is refused', async () => {
    expect(await ask(certificates.other)).toMatchObject(refused)
    expect(await ask(certificates.odd)).toMatchObject(refused)
    expect(await ask(certificates.client, 'none')).toMatchObject(refused)
    expect(await ask(certificates.client, '')).toMatchObject(refused)
    const admin = at(await identity.admin('GET', '/v3/users?name=admin'), 'users', 0, 'id')
    expect(await ask(certificates.client, admin)).toMatchObject(refused)
  })

  it.each([
    ['garbage'],
    ['%'],
    ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
    ['x'.repeat(12_000)],
  ])('%# that is none is refused', async (certificate) => {
    expect(await ask(certificate)).toMatchObject(refused)
    expect(await ask('', robot, { 'ssl-client-cert': certificate.slice(0, 100).replaceAll('\n', '') })).toMatchObject(
      refused,
    )
  })

  it('is nothing without the word of the proxy', async () => {
    expect(await ask(certificates.client, robot, { 'x-proxy-secret': 'x' })).toMatchObject(refused)
    expect(await ask(certificates.client, robot, { 'x-proxy-secret': '' })).toMatchObject(refused)
  })

  it('is over when its time is', async () => {
    const before = identity.clock.ms
    identity.clock.ms = Date.parse('2200-01-01')
    expect(await ask(certificates.client)).toMatchObject(refused)
    identity.clock.ms = before
  })

  it('needs a mapping that names a user, and a user with a project', async () => {
    const remote = [{ type: 'SSL_CLIENT_SUBJECT_DN_CN' }]
    await mapping([{ local: [{ group: { id: 'x' } }], remote }])
    expect(await ask(certificates.client)).toMatchObject(refused)
    await mapping([{ local: [{ user: { name: '{0}' } }], remote: [{ type: 'SSL_CLIENT_SUBJECT_DN_TITLE' }] }])
    expect(await ask(certificates.client)).toMatchObject(refused)
    await mapping([{ local: [{ user: { name: '{0}', domain: { name: 'Other' } } }], remote }])
    expect(await ask(certificates.client)).toMatchObject(refused)
    await mapping(byName)
    await identity.admin('PATCH', `/v3/users/${robot}`, { user: { default_project_id: null } })
    expect(await ask(certificates.client)).toMatchObject(refused)
    await identity.admin('PATCH', `/v3/users/${robot}`, { user: { default_project_id: project } })
    await identity.admin('PATCH', `/v3/users/${robot}`, { user: { enabled: false } })
    expect(await ask(certificates.client)).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    await identity.admin('PATCH', `/v3/users/${robot}`, { user: { enabled: true } })
    expect((await ask(certificates.client)).status).toBe(200)
  })
})
