// Identity as an identity provider of SAML: what it says of its users to other clouds.

import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer } from '#platform/testing/api.ts'
import { adminProject, at, startIdentity, type TestIdentity } from '../testing/identity.ts'

let identity: TestIdentity
let group: string
const folder = mkdtempSync(join(tmpdir(), 'haneul-saml-'))

const url = 'https://one.example:5000'
const providers = '/v3/OS-FEDERATION/service_providers'
const other = {
  auth_url: 'https://two.example/v3/OS-FEDERATION/identity_providers/one/protocols/saml2/auth',
  sp_url: 'https://two.example/Shibboleth.sso/SAML2/ECP?a=1&b=2',
}

beforeAll(async () => {
  identity = await startIdentity({
    federation: { public_url: `${url}/`, saml: { assertion_expiration_time: 90, relay_state_prefix: 'cookie:' } },
  })
  const { admin } = identity
  await admin('PUT', `${providers}/two`, { service_provider: { ...other, enabled: true } })
  await admin('PUT', `${providers}/shut`, { service_provider: other })
  group = at(await admin('POST', '/v3/groups', { group: { name: 'a "group" <1>' } }), 'group', 'id')
  const user = at(await admin('GET', '/v3/users?name=admin'), 'users', 0, 'id')
  await admin('PUT', `/v3/groups/${group}/users/${user}`)
  const role = at(await admin('GET', '/v3/roles?name=reader'), 'roles', 0, 'id')
  await admin('PUT', `/v3/domains/default/users/${user}/roles/${role}`)
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await identity.stop()
})

const ask = (path: string, token: string, sp: string, more: object = {}) =>
  identity.call('POST', `/v3/auth/OS-FEDERATION/${path}`, {
    token: '',
    body: {
      auth: {
        identity: { methods: ['token'], token: { id: token } },
        scope: { service_provider: { id: sp } },
        ...more,
      },
    },
  })
const textOf = ({ body }: Answer): string => (typeof body === 'string' ? body : JSON.stringify(body))
const metadata = async () => textOf(await identity.call('GET', '/v3/OS-FEDERATION/saml2/metadata', { token: '' }))
const certificateIn = (xml: string) => {
  const [, base64 = ''] = /<ds:X509Certificate>([^<]+)</.exec(xml) ?? []
  return new X509Certificate(Buffer.from(base64, 'base64'))
}
describe('an assertion for another cloud', () => {
  it('says who the holder of a token is, signed with the key in the metadata', async () => {
    const answer = await ask('saml2', await identity.token(), 'two')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^text\/xml/)
    expect(answer.headers.get('x-sp-url')).toBe(other.sp_url)
    expect(answer.headers.get('x-auth-url')).toBe(other.auth_url)
    const xml = textOf(answer)
    const values = (name: string) =>
      [...(new RegExp(`Name="${name}">(.*?)</saml:Attribute>`).exec(xml)?.[1] ?? '').matchAll(/>([^<]+)</g)].map(
        ([, value]) => value,
      )
    expect(values('openstack_user')).toEqual(['admin'])
    expect(values('openstack_user_domain')).toEqual(['Default'])
    expect(values('openstack_project')).toEqual(['admin'])
    expect(values('openstack_project_domain')).toEqual(['Default'])
    expect(new Set(values('openstack_roles'))).toEqual(new Set(['admin', 'manager', 'member', 'reader']))
    const [told = ''] = values('openstack_groups')
    expect(told).toMatch(/^JSON:\{"name": "a \\"group\\" &lt;1(&gt;|>)", "domain": \{"name": "Default"\}\}$/)
    expect(xml).toContain(`Recipient="${other.sp_url.replaceAll('&', '&amp;')}"`)
    expect(xml).toContain(`>${url}/v3/OS-FEDERATION/saml2/idp</saml:Issuer>`)
    expect(xml).toContain('SessionNotOnOrAfter="2026-11-21T03:01:30.000Z"')
    expect(certificateIn(xml).fingerprint256).toBe(certificateIn(await metadata()).fingerprint256)
  })

  it('comes in an envelope for clients that carry it', async () => {
    const answer = await ask('saml2/ecp', await identity.token(), 'two')
    expect(answer.status).toBe(200)
    const text = textOf(answer)
    expect(text).toMatch(/<ecp:RelayState [^>]*soap:mustUnderstand="1">cookie:[0-9a-f]{32}<\/ecp:RelayState>/)
    expect(text).toMatch(/<soap:Body><samlp:Response /)
  })

  it('is no other twice', async () => {
    const token = await identity.token()
    const ids = await Promise.all(
      [1, 2].map(async () => /<saml:Assertion [^>]*ID="(\w+)"/.exec(textOf(await ask('saml2', token, 'two')))?.[1]),
    )
    expect(new Set(ids).size).toBe(2)
  })

  it.each(['saml2', 'saml2/ecp'])('is refused at %s as Keystone refuses it', async (path) => {
    const token = await identity.token()
    const message = (text: string) => ({ error: { message: text } })
    expect(await ask(path, token, 'none')).toMatchObject({
      status: 404,
      body: message('Could not find Service Provider: none.'),
    })
    expect(await ask(path, token, 'shut')).toMatchObject({
      status: 403,
      body: message('Service Provider shut is disabled'),
    })
    expect(await ask(path, 'none', 'two')).toMatchObject({ status: 404 })
    for (const scope of ['unscoped', { domain: { id: 'default' } }]) {
      const { domain } = adminProject.project
      const held = await identity.login({ name: 'admin', domain, password: identity.password }, scope)
      expect(held.status).toBe(201)
      expect(await ask(path, held.headers.get('x-subject-token') ?? '', 'two')).toMatchObject({
        status: 403,
        body: message(
          'You are not authorized to perform the requested action: Use a project scoped token when attempting to create a SAML assertion.',
        ),
      })
    }
    expect((await ask(path, token, 'two', { more: 1 })).status).toBe(400)
    const bare = (body: unknown) => identity.call('POST', `/v3/auth/OS-FEDERATION/${path}`, { token: '', body })
    for (const body of [{}, { auth: {} }, { auth: { identity: { token: { id: 1 } } } }]) {
      expect((await bare(body)).status).toBe(400)
    }
    expect((await identity.call('GET', `/v3/auth/OS-FEDERATION/${path}`, { token: '' })).status).toBe(405)
  })
})

describe('the metadata', () => {
  it('has a key that stays, and no organization that nobody has named', async () => {
    const xml = await metadata()
    expect(xml).toContain(`entityID="${url}/v3/OS-FEDERATION/saml2/idp"`)
    expect(xml).toContain(`Location="${url}/v3/OS-FEDERATION/saml2/sso"`)
    expect(xml).not.toMatch(/Organization|ContactPerson/)
    expect(await metadata()).toBe(xml)
    expect(
      (await identity.call('GET', '/v3/OS-FEDERATION/saml2/metadata', { token: '' })).headers.get('content-type'),
    ).toMatch(/^text\/xml/)
  })
})

describe('the configuration', () => {
  const named = {
    idp_entity_id: 'https://named.example/idp',
    idp_sso_endpoint: 'https://named.example/sso',
    idp_lang: 'ko',
    idp_organization_name: '하늘 & Co',
    idp_organization_display_name: '하늘',
    idp_organization_url: 'https://named.example',
    idp_contact_company: 'Company',
    idp_contact_name: 'Min',
    idp_contact_surname: 'Kim',
    idp_contact_email: 'kim@named.example',
    idp_contact_telephone: '+82 2 000',
    idp_contact_type: 'technical',
  }

  it("names the organization and brings the operator's own key", async () => {
    const { createSelfSigned } = await import('#lib/self-signed/self-signed.ts')
    const [one, two] = ['one', 'two'].map((name) => createSelfSigned(name, Date.UTC(2026, 0), 1))
    const file = (name: string, text = '') => {
      writeFileSync(join(folder, name), text)
      return join(folder, name)
    }
    const keyfile = file('one.key', one?.privateKey)
    const certfile = file('one.crt', one?.certificate)
    const settings = (saml: object) => ({ federation: { saml: { ...named, ...saml } } })
    const cloud = await startIdentity(settings({ keyfile, certfile }))
    try {
      const text = textOf(await cloud.call('GET', '/v3/OS-FEDERATION/saml2/metadata', { token: '' }))
      expect(text).toContain('entityID="https://named.example/idp"')
      expect(text).toContain('<md:OrganizationName xml:lang="ko">하늘 &amp; Co</md:OrganizationName>')
      expect(text).toContain('<md:ContactPerson contactType="technical"><md:Company>Company</md:Company>')
      expect(certificateIn(text).fingerprint256).toBe(new X509Certificate(one?.certificate ?? '').fingerprint256)
    } finally {
      await cloud.stop()
    }
    await expect(startIdentity(settings({ keyfile }))).rejects.toThrow(/go together/)
    const foreign = settings({ keyfile, certfile: file('two.crt', two?.certificate) })
    await expect(startIdentity(foreign)).rejects.toThrow(/not the certificate/)
  })
})
