// Logins by SAML: from another cloud (Keystone to Keystone), and with a client that carries question and answer itself.

import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attributeOf, readXml, theChild } from '#lib/saml/document.ts'
import { NS } from '#lib/saml/names.ts'
import { readSigned } from '#lib/saml/signature.ts'
import { answerOf, createIdpKey, enveloped, type Saying, signed } from '#lib/saml/testing/idp.ts'
import type { Answer } from '#platform/testing/api.ts'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'

const start = Date.UTC(2026, 10, 21, 3)
const [one, two, idp] = ['https://one.example', 'https://two.example', 'https://idp.example/']
const [key, stranger] = [createIdpKey('idp', start), createIdpKey('stranger', start)]
const folder = mkdtempSync(join(tmpdir(), 'haneul-saml-'))
const federation = '/v3/OS-FEDERATION'
const ecp = '/Shibboleth.sso/SAML2/ECP'
const auth = (name: string, protocol = 'saml2') => `${federation}/identity_providers/${name}/protocols/${protocol}/auth`

let home: TestIdentity
let cloud: TestIdentity

const textOf = ({ body }: Answer): string => (typeof body === 'string' ? body : JSON.stringify(body))
const post = (xml: string) =>
  cloud.call('POST', ecp, {
    token: '',
    body: Buffer.from(xml),
    headers: { 'content-type': 'application/vnd.paos+xml' },
  })
const cookieOf = (answer: Answer) => (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
const enter = (cookie: string, path = auth('one')) => cloud.call('GET', path, { token: '', headers: { cookie } })

beforeAll(async () => {
  home = await startIdentity({ federation: { public_url: one } })
  const metadata = join(folder, 'one.xml')
  writeFileSync(metadata, textOf(await home.call('GET', `${federation}/saml2/metadata`, { token: '' })))
  cloud = await startIdentity({
    federation: {
      public_url: two,
      saml: {
        identity_providers: [
          {
            identity_provider: 'one',
            protocol: 'saml2',
            entity_id: `${one}/v3/OS-FEDERATION/saml2/idp`,
            metadata,
            unsolicited: true,
          },
          {
            identity_provider: 'idp',
            protocol: 'saml2',
            entity_id: idp,
            certificates: [key.certificate],
            sign_requests: true,
          },
        ],
      },
    },
  })
  await home.admin('PUT', `${federation}/service_providers/two`, {
    service_provider: { enabled: true, auth_url: `${two}${auth('one')}`, sp_url: `${two}${ecp}` },
  })
  const { admin } = cloud
  const group = at(await admin('POST', '/v3/groups', { group: { name: 'guests' } }), 'group', 'id')
  const rulesOf = (type: string) => [
    { local: [{ user: { name: '{0}' } }, { group: { id: group } }], remote: [{ type }] },
  ]
  await admin('PUT', `${federation}/mappings/k2k`, { mapping: { rules: rulesOf('openstack_user') } })
  await admin('PUT', `${federation}/mappings/saml`, { mapping: { rules: rulesOf('uid') } })
  for (const [name, remote, mapping] of [
    ['one', `${one}/v3/OS-FEDERATION/saml2/idp`, 'k2k'],
    ['idp', idp, 'saml'],
  ] as const) {
    await admin('PUT', `${federation}/identity_providers/${name}`, {
      identity_provider: { enabled: true, remote_ids: [remote] },
    })
    const protocol = { protocol: { mapping_id: mapping } }
    await admin('PUT', `${federation}/identity_providers/${name}/protocols/saml2`, protocol)
    await admin('PUT', `${federation}/identity_providers/${name}/protocols/other`, protocol)
  }
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await Promise.all([home.stop(), cloud.stop()])
})

/** What the first cloud says of its administrator, for the second. */
const assertion = async () => {
  const identity = { methods: ['token'], token: { id: await home.token() } }
  const body = { auth: { identity, scope: { service_provider: { id: 'two' } } } }
  return textOf(await home.call('POST', '/v3/auth/OS-FEDERATION/saml2/ecp', { token: '', body }))
}

describe('a user of another cloud', () => {
  it('comes in by what that cloud says, once', async () => {
    const xml = await assertion()
    const shown = await post(xml)
    expect(shown.status).toBe(302)
    expect(shown.headers.get('location')).toBe(`${two}${auth('one')}`)
    expect(shown.headers.get('set-cookie')).toMatch(/^haneul_saml=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/)
    const cookie = cookieOf(shown)
    const entered = await enter(cookie)
    expect(entered).toMatchObject({
      status: 201,
      body: {
        token: {
          methods: ['mapped'],
          user: { name: 'admin', 'OS-FEDERATION': { identity_provider: { id: 'one' }, protocol: { id: 'saml2' } } },
        },
      },
    })
    const token = entered.headers.get('x-subject-token') ?? ''
    expect((await cloud.call('GET', '/v3/auth/projects', { token })).status).toBe(200)
    expect((await enter(cookie)).status).toBe(401)
    expect((await post(xml)).status).toBe(401)
  })

  it('comes in by the way of that cloud alone, and soon', async () => {
    for (const path of [auth('idp'), auth('one', 'other'), auth('idp', 'other')]) {
      expect((await enter(cookieOf(await post(await assertion())), path)).status).toBe(401)
    }
    const cookie = cookieOf(await post(await assertion()))
    cloud.clock.ms += 130_000
    expect((await enter(cookie)).status).toBe(401)
    cloud.clock.ms -= 130_000
    for (const other of ['', 'haneul_saml=', `haneul_saml=${'x'.repeat(43)}`]) {
      expect((await enter(other)).status).toBe(401)
    }
  })

  it('does not come in where the provider is disabled, or calls itself otherwise', async () => {
    const provider = `${federation}/identity_providers/one`
    const change = (value: object) => cloud.admin('PATCH', provider, { identity_provider: value })
    await change({ enabled: false })
    expect((await enter(cookieOf(await post(await assertion())))).status).toBe(403)
    await change({ enabled: true, remote_ids: ['https://elsewhere'] })
    expect((await enter(cookieOf(await post(await assertion())))).status).toBe(403)
    await change({ remote_ids: [] })
    expect((await enter(cookieOf(await post(await assertion())))).status).toBe(201)
  })

  it('is forgotten once nobody could show the assertion again', async () => {
    const flush = () => cloud.reconcile('identity.flush-saml-assertions')
    await post(await assertion())
    expect(await flush()).toEqual({ removed: 0 })
    cloud.clock.ms += 3_700_000
    expect(await flush()).not.toEqual({ removed: 0 })
    expect(await flush()).toEqual({ removed: 0 })
    cloud.clock.ms -= 3_700_000
  })
})

/** The question that a client is sent away with. */
async function ask() {
  const headers = {
    accept: '*/*,application/vnd.paos+xml',
    paos: 'ver="urn:liberty:paos:2003-08";"urn:oasis:names:tc:SAML:2.0:profiles:SSO:ecp"',
  }
  // Not by the client of the tests, which wants Keystone's JSON here.
  const answer = await fetch(`${cloud.runtime.urlOf('identity')}${auth('idp')}`, { headers })
  const text = await answer.text()
  const find = (pattern: RegExp) => pattern.exec(text)?.[1] ?? ''
  return {
    answer,
    text,
    id: find(/<samlp:AuthnRequest [^>]*ID="([^"]+)"/),
    relayState: find(/<ecp:RelayState [^>]*>([^<]+)</),
    answerTo: find(/responseConsumerURL="([^"]+)"/),
    issuer: find(/<samlp:AuthnRequest .*?<saml:Issuer>([^<]+)</),
  }
}
const say = (id: string, more: Partial<Saying> = {}, signer = key) =>
  signed(
    answerOf({
      issuer: idp,
      recipient: `${two}${ecp}`,
      audience: `${two}/shibboleth`,
      inResponseTo: id,
      now: start,
      ...more,
    }),
    signer,
  )

describe('a client that carries SAML itself', () => {
  it('is asked, and comes in with the answer', async () => {
    const { answer, text, id, relayState, answerTo, issuer } = await ask()
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/vnd.paos+xml')
    expect([answerTo, issuer]).toEqual([`${two}${ecp}`, `${two}/shibboleth`])
    const [, certificate = ''] = /<ds:X509Certificate>([^<]+)</.exec(text) ?? []
    expect(textOf(await cloud.call('GET', '/Shibboleth.sso/Metadata', { token: '' }))).toContain(certificate)
    const pem = new X509Certificate(Buffer.from(certificate, 'base64')).toString()
    const question = theChild(theChild(readXml(text), NS.soap, 'Body'), NS.samlp, 'AuthnRequest')
    expect(attributeOf(readSigned(text, question, { certificates: [pem], allowSha1: false }), 'ID')).toBe(id)
    const shown = await post(enveloped(say(id), relayState))
    expect(shown.headers.get('location')).toBe(`${two}${auth('idp')}`)
    expect(await enter(cookieOf(shown), auth('idp'))).toMatchObject({
      status: 201,
      body: { token: { user: { name: 'kim' } } },
    })
  })

  it.each<[string, (id: string, relayState: string) => string]>([
    ['to no question', (_id, relayState) => enveloped(say('_none'), relayState)],
    ['unasked', (_id, relayState) => enveloped(say('', { inResponseTo: undefined }), relayState)],
    ['without what it was sent away with', (id) => say(id)],
    ['with something else', (id) => enveloped(say(id), 'ss:mem:abc')],
    ['that is changed', (id, relayState) => enveloped(say(id).replaceAll('kim', 'root'), relayState)],
    ['by a stranger', (id, relayState) => enveloped(say(id, {}, stranger), relayState)],
    ['of nobody who is known', (id, relayState) => enveloped(say(id, { issuer: 'https://x' }), relayState)],
    ['for another cloud', (id, relayState) => enveloped(say(id, { audience: 'https://x' }), relayState)],
    ['brought elsewhere', (id, relayState) => enveloped(say(id, { recipient: `${one}${ecp}` }), relayState)],
    ['that is over', (id, relayState) => enveloped(say(id, { now: start - 600_000 }), relayState)],
    ['that nobody signed', (id, state) => enveloped(say(id).replace(/<ds:Signature .*<\/ds:Signature>/s, ''), state)],
    ['that is no XML', () => 'x'],
    ['that is too long', () => 'x'.repeat(300_000)],
  ])('does not come in with an answer %s', async (_what, answer) => {
    const { id, relayState } = await ask()
    const shown = await post(answer(id, relayState))
    expect(shown).toMatchObject({
      status: 401,
      body: { error: { message: 'The request you have made requires authentication.' } },
    })
    expect(shown.headers.get('set-cookie')).toBeNull()
  })

  it('does not come in late', async () => {
    const { id, relayState } = await ask()
    cloud.clock.ms += 700_000
    const late = say(id, { now: start + 700_000 })
    expect((await post(enveloped(late, relayState))).status).toBe(401)
    cloud.clock.ms -= 700_000
  })
})

describe('what this cloud says of itself', () => {
  it('names its places', async () => {
    const answer = await cloud.call('GET', '/Shibboleth.sso/Metadata', { token: '' })
    const text = textOf(answer)
    expect(answer.headers.get('content-type')).toBe('application/samlmetadata+xml')
    for (const part of [`entityID="${two}/shibboleth"`, `Location="${two}${ecp}"`, `/Shibboleth.sso/SAML2/POST"`]) {
      expect(text).toContain(part)
    }
  })

  it.each<[string, object, RegExp]>([
    ['without a certificate', {}, /needs certificates/],
    ['whose metadata is another', { metadata: 'one.xml' }, /no identity provider/],
    ['whose certificate is none', { certificates: ['x'] }, /PEM|certificate/i],
  ])('does not start with a provider %s', async (_what, more, why) => {
    const given = 'metadata' in more ? { metadata: join(folder, 'one.xml') } : more
    const provider = { identity_provider: 'x', protocol: 'y', entity_id: 'https://x', ...given }
    const settings = { federation: { saml: { identity_providers: [provider] } } }
    await expect(startIdentity(settings)).rejects.toThrow(why)
  })
})
