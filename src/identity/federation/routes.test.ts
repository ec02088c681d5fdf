// Logins by access tokens of a real OpenID Connect provider, as the v3oidc* plugins of OpenStack's clients make them.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'
import { oidcClient, type OidcServer, startOidcServer } from '../testing/oidc.ts'

let oidc: OidcServer
let identity: TestIdentity
let group: string
let project: string
const proxySecret = 'known to the proxy and to nobody else'

const federation = '/v3/OS-FEDERATION'
const auth = (idp = 'acme', protocol = 'openid') => `${federation}/identity_providers/${idp}/protocols/${protocol}/auth`
const login = (token: string, path = auth()) =>
  identity.call('POST', path, { token: '', headers: { authorization: `Bearer ${token}` } })
const tokenOf = async (username: string, form: Readonly<Record<string, string>> = {}): Promise<string> => {
  const scope = 'openid email profile groups'
  return oidc.token({ grant_type: 'password', username, password: 'secret', scope, ...form })
}
const show = (token: string) =>
  identity.call('GET', '/v3/auth/tokens', { token, headers: { 'x-subject-token': token } })
const subject = (answer: { headers: Headers }): string => answer.headers.get('x-subject-token') ?? ''

const rules = [
  {
    local: [
      { user: { name: '{0}', email: '{1}' } },
      { groups: '{2}', domain: { id: 'default' } },
      { projects: [{ name: 'home of {0}', roles: [{ name: 'member' }] }] },
    ],
    remote: [{ type: 'OIDC-preferred_username' }, { type: 'HTTP_OIDC_EMAIL' }, { type: 'OIDC-groups' }],
  },
]

beforeAll(async () => {
  oidc = await startOidcServer()
  oidc.open()
  const client = { ...oidcClient, identity_provider: 'acme', protocol: 'openid', issuer: oidc.issuer }
  identity = await startIdentity({
    federation: {
      oidc: [
        client,
        { ...client, protocol: 'wrong', issuer: `${oidc.issuer}/other` },
        { ...client, protocol: 'down', issuer: 'http://127.0.0.1:1' },
      ],
      trusted_proxy: { addresses: ['127.0.0.0/8'], secret: proxySecret },
    },
  })
  identity.clock.ms = Date.now()
  const { admin } = identity
  group = at(await admin('POST', '/v3/groups', { group: { name: 'developers' } }), 'group', 'id')
  project = at(await admin('POST', '/v3/projects', { project: { name: 'shared' } }), 'project', 'id')
  const role = at(await admin('GET', '/v3/roles?name=reader'), 'roles', 0, 'id')
  await admin('PUT', `/v3/projects/${project}/groups/${group}/roles/${role}`)
  await admin('PUT', `${federation}/mappings/map`, { mapping: { rules } })
  await admin('PUT', `${federation}/identity_providers/acme`, {
    identity_provider: { enabled: true, remote_ids: [oidc.issuer] },
  })
  for (const protocol of ['openid', 'wrong', 'down', 'proxy']) {
    const path = `${federation}/identity_providers/acme/protocols/${protocol}`
    await admin('PUT', path, { protocol: { mapping_id: 'map' } })
  }
})
afterAll(async () => {
  await identity.stop()
  await oidc.stop()
})

describe('an access token', () => {
  it.each([
    ['that is opaque', {}],
    ['that is a JWT', { resource: 'https://cloud.example/haneul' }],
  ])('%s gives an unscoped token, and that one with a scope', async (_kind, form) => {
    const answer = await login(await tokenOf('kim', form))
    expect(answer).toMatchObject({
      status: 201,
      body: {
        token: {
          methods: ['mapped'],
          user: {
            name: 'kim',
            'OS-FEDERATION': {
              groups: [{ id: group }],
              identity_provider: { id: 'acme' },
              protocol: { id: 'openid' },
            },
          },
        },
      },
    })
    expect(answer.body).not.toHaveProperty('token.user.password_expires_at')
    expect(answer.body).not.toHaveProperty('token.catalog')
    const unscoped = subject(answer)
    expect((await show(unscoped)).body).toEqual(answer.body)
    for (const path of [`${federation}/projects`, '/v3/auth/projects']) {
      const { body } = await identity.call('GET', path, { token: unscoped })
      const names = JSON.stringify(body).match(/(?<="name":")[^"]+/g)
      expect(names?.toSorted()).toEqual(['home of kim', 'shared'])
    }
    for (const method of ['token', 'mapped']) {
      const scoped = await identity.call('POST', '/v3/auth/tokens', {
        token: '',
        body: {
          auth: {
            identity: { methods: [method], [method]: { id: unscoped } },
            scope: { project: { id: project } },
          },
        },
      })
      expect(scoped).toMatchObject({
        status: 201,
        body: {
          token: {
            project: { id: project },
            roles: [{ name: 'reader' }],
            user: { 'OS-FEDERATION': { groups: [{ id: group }] } },
            expires_at: at(answer, 'token', 'expires_at'),
          },
        },
      })
      expect((await show(subject(scoped))).body).toEqual(scoped.body)
    }
  })

  it('of a program gives a token of the program', async () => {
    const answer = await oidc.token({ grant_type: 'client_credentials', resource: 'https://cloud.example/haneul' })
    expect(await login(answer)).toMatchObject({
      status: 201,
      body: { token: { user: { name: 'robot' } } },
    })
  })

  it('makes one shadow, found by name and provider, with its own domain', async () => {
    const first = await login(await tokenOf('lee'))
    const id = at(first, 'token', 'user', 'id')
    expect(at(await login(await tokenOf('lee')), 'token', 'user', 'id')).toBe(id)
    const user = await identity.admin('GET', `/v3/users/${id}`)
    expect(user.body).toMatchObject({
      user: {
        name: 'lee',
        email: 'lee@example.org',
        federated: [{ idp_id: 'acme', protocols: [{ protocol_id: 'openid', unique_id: 'lee' }] }],
      },
    })
    expect((await identity.admin('GET', '/v3/users?name=lee')).body).toMatchObject({ users: [{ id, name: 'lee' }] })
    const provider = await identity.admin('GET', `${federation}/identity_providers/acme`)
    expect(at(user, 'user', 'domain_id')).toBe(at(provider, 'identity_provider', 'domain_id'))
    await identity.admin('PATCH', `/v3/users/${id}`, { user: { enabled: false } })
    expect((await login(await tokenOf('lee'))).status).toBe(401)
    expect((await show(subject(first))).status).toBe(401)
    await identity.admin('PATCH', `/v3/users/${id}`, { user: { enabled: true } })
    expect((await login(await tokenOf('lee'))).status).toBe(201)
  })

  it('puts its user in groups for as long as the provider says', async () => {
    const id = at(await login(await tokenOf('kim')), 'token', 'user', 'id')
    const groups = async () => (await identity.admin('GET', `/v3/users/${id}/groups`)).body
    expect(await groups()).toMatchObject({ groups: [] })
    const idp = `${federation}/identity_providers/acme`
    await identity.admin('PATCH', idp, { identity_provider: { authorization_ttl: 10 } })
    expect(await groups()).toMatchObject({
      groups: [{ id: group, membership_expires_at: expect.stringMatching(/^20/) }],
    })
    expect((await identity.admin('HEAD', `/v3/groups/${group}/users/${id}`)).status).toBe(204)
    identity.clock.ms += 11 * 60_000
    expect(await groups()).toMatchObject({ groups: [] })
    identity.clock.ms -= 11 * 60_000
    await identity.admin('PATCH', idp, { identity_provider: { authorization_ttl: null } })
  })

  it.each([
    ['none', ''],
    ['garbage', 'garbage'],
    ['a forged JWT', `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`],
  ])('that is %s is refused', async (_what, token) => {
    expect(await login(token)).toMatchObject({
      status: 401,
      body: { error: { message: 'The request you have made requires authentication.' } },
    })
  })

  it('for another audience, from another provider, or with a flipped bit is refused', async () => {
    const elsewhere = await oidc.token(
      { grant_type: 'client_credentials', resource: 'https://elsewhere.example' },
      { ...oidcClient, client_id: 'another' },
    )
    expect((await login(elsewhere)).status).toBe(401)
    const opaque = await oidc.token({ grant_type: 'client_credentials' }, { ...oidcClient, client_id: 'another' })
    expect((await login(opaque)).status).toBe(401)
    const good = await tokenOf('kim', { resource: 'https://cloud.example/haneul' })
    const middle = Math.floor(good.length / 2)
    const flipped = `${good.slice(0, middle)}${good[middle] === 'A' ? 'B' : 'A'}${good.slice(middle + 1)}`
    expect((await login(flipped)).status).toBe(401)
    identity.clock.ms += 7_200_000
    expect((await login(good)).status).toBe(401)
    identity.clock.ms -= 7_200_000
    expect((await login(good)).status).toBe(201)
  })

  it('means nothing where the provider is disabled, gone, down or another one', async () => {
    const token = await tokenOf('kim')
    const unscoped = subject(await login(token))
    const idp = `${federation}/identity_providers/acme`
    await identity.admin('PATCH', idp, { identity_provider: { enabled: false } })
    expect(await login(token)).toMatchObject({
      status: 403,
      body: { error: { message: 'Identity Provider acme is disabled' } },
    })
    const rescoped = await identity.call('POST', '/v3/auth/tokens', {
      token: '',
      body: {
        auth: { identity: { methods: ['token'], token: { id: unscoped } }, scope: { project: { id: project } } },
      },
    })
    expect(rescoped.status).toBe(403)
    await identity.admin('PATCH', idp, { identity_provider: { enabled: true } })
    expect((await login(token, auth('none'))).status).toBe(404)
    expect((await login(token, auth('acme', 'none'))).status).toBe(401)
    expect((await login(token, auth('acme', 'down'))).status).toBe(503)
    expect((await login(token, auth('acme', 'wrong'))).status).toBe(503)
  })

  it('by another name than the remote ids is refused', async () => {
    const idp = `${federation}/identity_providers/acme`
    await identity.admin('PATCH', idp, { identity_provider: { remote_ids: ['https://other'] } })
    expect(await login(await tokenOf('kim'))).toMatchObject({
      status: 403,
      body: {
        error: { message: 'Incoming identity provider identifier not included among the accepted identifiers.' },
      },
    })
    await identity.admin('PATCH', idp, { identity_provider: { remote_ids: [] } })
    expect((await login(await tokenOf('kim'))).status).toBe(201)
  })
})

describe('a proxy that has checked the user', () => {
  const told = { 'oidc-preferred-username': 'park', 'oidc-email': 'park@x', 'oidc-groups': 'developers;others' }
  const send = (headers: Readonly<Record<string, string>>) =>
    identity.call('GET', auth('acme', 'proxy'), { token: '', headers })
  const proxied = [
    {
      local: [{ user: { name: '{0}' } }, { groups: '{1}', domain: { id: 'default' } }],
      remote: [{ type: 'HTTP_OIDC_PREFERRED_USERNAME' }, { type: 'HTTP_OIDC_GROUPS' }],
    },
  ]

  it('is believed with its secret alone', async () => {
    await identity.admin('PATCH', `${federation}/mappings/map`, { mapping: { rules: proxied } })
    expect(await send({ ...told, 'x-proxy-secret': proxySecret })).toMatchObject({
      status: 201,
      body: { token: { user: { name: 'park', 'OS-FEDERATION': { groups: [{ id: group }] } } } },
    })
    expect((await send(told)).status).toBe(401)
    expect((await send({ ...told, 'x-proxy-secret': 'x'.repeat(proxySecret.length) })).status).toBe(401)
    const { 'oidc-groups': _, ...fewer } = told
    const disguised = { ...fewer, oidc_groups: 'developers', 'x-proxy-secret': proxySecret }
    expect((await send(disguised)).status).toBe(401)
    await identity.admin('PATCH', `${federation}/mappings/map`, { mapping: { rules } })
  })
})
