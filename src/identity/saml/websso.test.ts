// Logins by SAML in a browser: to an identity provider by a redirect, back by a form, and on to the dashboard with a token.

import { verify, X509Certificate } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encrypt, withEncrypted } from '#lib/saml/testing/encrypt.ts'
import { answerOf, createIdpKey, type Saying, signed } from '#lib/saml/testing/idp.ts'
import type { Answer } from '#platform/testing/api.ts'
import { startIdentity, type TestIdentity } from '../testing/identity.ts'

const start = Date.UTC(2026, 10, 21, 3)
const [url, idp] = ['https://cloud.example', 'https://idp.example/']
const dashboard = 'https://dashboard.example/auth/websso/'
const key = createIdpKey('idp', start)
const websso = '/v3/auth/OS-FEDERATION/identity_providers/acme/protocols/saml2/websso'

let identity: TestIdentity
beforeAll(async () => {
  const provider = { identity_provider: 'acme', protocol: 'saml2', entity_id: idp, certificates: [key.certificate] }
  identity = await startIdentity({
    federation: {
      public_url: url,
      trusted_dashboards: [dashboard],
      saml: {
        identity_providers: [
          { ...provider, sso_url: `${idp}sso?tenant=1` },
          { ...provider, protocol: 'quiet', entity_id: `${idp}quiet` },
          {
            ...provider,
            protocol: 'strict',
            entity_id: `${idp}strict`,
            sso_url: `${idp}strict?tenant=1`,
            sign_requests: true,
          },
        ],
      },
    },
  })
  const { admin } = identity
  const rules = [{ local: [{ user: { name: '{0}' } }], remote: [{ type: 'uid' }] }]
  await admin('PUT', '/v3/OS-FEDERATION/mappings/map', { mapping: { rules } })
  const body = { identity_provider: { enabled: true, remote_ids: [idp] } }
  await admin('PUT', '/v3/OS-FEDERATION/identity_providers/acme', body)
  const protocol = { protocol: { mapping_id: 'map' } }
  await admin('PUT', '/v3/OS-FEDERATION/identity_providers/acme/protocols/saml2', protocol)
  await admin('PUT', '/v3/OS-FEDERATION/identity_providers/acme/protocols/strict', protocol)
})
afterAll(() => identity.stop())

const get = (path: string, cookie = '') => identity.call('GET', path, { token: '', headers: { cookie } })

/** A browser that has been sent away: with which question, state and cookie. */
async function leave(path = websso) {
  const answer = await get(`${path}?origin=${encodeURIComponent(dashboard)}`)
  const location = new URL(answer.headers.get('location') ?? '')
  const request = inflateRawSync(Buffer.from(location.searchParams.get('SAMLRequest') ?? '', 'base64')).toString()
  return {
    location,
    request,
    id: / ID="([^"]+)"/.exec(request)?.[1] ?? '',
    state: location.searchParams.get('RelayState') ?? '',
    cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '',
  }
}
const say = (inResponseTo: string | undefined, more: Partial<Saying> = {}) =>
  signed(
    answerOf({
      issuer: idp,
      recipient: `${url}/Shibboleth.sso/SAML2/POST`,
      audience: `${url}/shibboleth`,
      now: start,
      ...more,
      inResponseTo,
    }),
    key,
  )
const bring = (xml: string, state: string) =>
  identity.call('POST', '/Shibboleth.sso/SAML2/POST', {
    token: '',
    body: Buffer.from(
      new URLSearchParams({ SAMLResponse: Buffer.from(xml).toString('base64'), RelayState: state }).toString(),
    ),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
const onward = (answer: Answer): string => (answer.headers.get('location') ?? '').slice(url.length)

/** Not by the client of the tests, which wants JSON here. */
const arrive = (back: Answer, cookie: string) =>
  fetch(`${identity.runtime.urlOf('identity')}${onward(back)}`, { headers: { cookie } })

describe('a login in a browser by SAML', () => {
  it.each([websso, '/v3/auth/OS-FEDERATION/websso/saml2'])('at %s brings a token to the dashboard', async (path) => {
    const { location, request, id, state, cookie } = await leave(path)
    expect(location.href).toMatch(/^https:\/\/idp\.example\/sso\?tenant=1&SAMLRequest=/)
    expect(request).toContain(`AssertionConsumerServiceURL="${url}/Shibboleth.sso/SAML2/POST"`)
    expect(request).toContain(`<saml:Issuer>${url}/shibboleth</saml:Issuer>`)
    const back = await bring(say(id), state)
    expect(back.status).toBe(303)
    expect(back.headers.get('set-cookie')).toBeNull()
    const arrived = await arrive(back, cookie)
    expect(arrived.status).toBe(200)
    const html = await arrived.text()
    expect(html).toContain(`action="${dashboard}"`)
    const token = /name="token" id="token" value="([^"]+)"/.exec(html)?.[1] ?? ''
    const shown = await identity.call('GET', '/v3/auth/tokens', { token, headers: { 'x-subject-token': token } })
    expect(shown.body).toMatchObject({ token: { methods: ['mapped'], user: { name: 'kim' } } })
    // That way is gone now, even with another answer.
    expect((await get(onward(back), cookie)).status).toBe(401)
    const again = await bring(say(id), state)
    expect(again.status).toBe(303)
    expect((await get(onward(again), cookie)).status).toBe(401)
  })

  it('ends in the browser in which it began', async () => {
    const [mine, theirs] = [await leave(), await leave()]
    const back = onward(await bring(say(mine.id), mine.state))
    for (const cookie of ['', theirs.cookie]) expect((await get(back, cookie)).status).toBe(401)
    const forced = await bring(say(theirs.id), mine.state)
    expect((await get(onward(forced), mine.cookie)).status).toBe(401)
  })

  it.each<[string, (id: string) => string]>([
    ['nobody has asked for', () => say(undefined)],
    ['is for clients', (id) => say(id, { recipient: `${url}/Shibboleth.sso/SAML2/ECP` })],
    ['is for others', (id) => say(id, { audience: 'https://other.example' })],
    ['was changed', (id) => say(id).replaceAll('kim', 'root')],
    ['is none', () => 'x'],
  ])('does not begin with an answer that %s', async (_what, answer) => {
    const { id, state } = await leave()
    expect((await bring(answer(id), state)).status).toBe(401)
  })

  it('takes an answer once', async () => {
    const { id, state } = await leave()
    const xml = say(id)
    expect((await bring(xml, state)).status).toBe(303)
    expect((await bring(xml, state)).status).toBe(401)
  })

  it('needs a page to log in at, and a provider of its own', async () => {
    const query = `?origin=${encodeURIComponent(dashboard)}`
    expect((await get(`${websso.replace('saml2', 'quiet')}${query}`)).status).toBe(401)
    const provider = { identity_provider: 'a', protocol: 'b', entity_id: idp, certificates: [key.certificate] }
    const oidc = { identity_provider: 'a', protocol: 'b', issuer: idp, client_id: 'x', client_secret: 'y' }
    const both = { federation: { oidc: [oidc], saml: { identity_providers: [provider] } } }
    await expect(startIdentity(both)).rejects.toThrow(/a\/b is there twice/)
  })
})

/** The certificate that this cloud's metadata has for a use. */
const certificateFor = async (use: string): Promise<string> => {
  const { body } = await get('/Shibboleth.sso/Metadata')
  const pattern = new RegExp(`use="${use}".*?<ds:X509Certificate>([^<]+)<`, 's')
  const base64 = pattern.exec(typeof body === 'string' ? body : '')?.[1] ?? ''
  return new X509Certificate(Buffer.from(base64, 'base64')).toString()
}

describe('an answer that is encrypted', () => {
  it('for the key that this cloud names brings a token to the dashboard', async () => {
    const { id, state, cookie } = await leave()
    const xml = withEncrypted(say(id), await certificateFor('encryption'))
    expect(xml).not.toContain('kim@')
    const back = await bring(xml, state)
    expect(back.status).toBe(303)
    const arrived = await arrive(back, cookie)
    expect(arrived.status).toBe(200)
    expect(await arrived.text()).toContain('name="token"')
    expect((await bring(withEncrypted(say(id), await certificateFor('encryption')), state)).status).toBe(303)
    expect((await bring(xml, state)).status).toBe(401)
  })

  it('does not begin a login where it is for others, or by nobody', async () => {
    const { id, state } = await leave()
    const bare = answerOf({ issuer: idp, recipient: `${url}/Shibboleth.sso/SAML2/POST`, now: start, inResponseTo: id })
    const ours = await certificateFor('encryption')
    for (const xml of [
      withEncrypted(say(id), key.certificate),
      withEncrypted(bare, ours),
      withEncrypted(say(id), ours, { content: 'aes256-cbc' }),
      withEncrypted(say(id), ours, { transport: 'rsa-1_5' }),
      say(id).replace(/<saml:Assertion.*<\/saml:Assertion>/s, encrypt('nothing', ours)),
    ]) {
      const refused = await bring(xml, state)
      expect(refused).toMatchObject({
        status: 401,
        body: { error: { message: 'The request you have made requires authentication.' } },
      })
    }
  })
})

it('a question is signed for a provider that wants that, and the metadata says so', async () => {
  const { location, request, id, state } = await leave(websso.replace('saml2', 'strict'))
  const [, signed = '', signature = ''] = /[?&](SAMLRequest=.*)&Signature=(.*)$/.exec(location.href) ?? []
  expect(location.href).toMatch(
    /^https:\/\/idp\.example\/strict\?tenant=1&SAMLRequest=[^&]+&RelayState=[^&]+&SigAlg=[^&]+&/,
  )
  expect(decodeURIComponent(signed)).toContain('SigAlg=http://www.w3.org/2001/04/xmldsig-more#rsa-sha256')
  const { publicKey } = new X509Certificate(await certificateFor('signing'))
  const bytes = Buffer.from(decodeURIComponent(signature), 'base64')
  expect(verify('sha256', Buffer.from(signed), publicKey, bytes)).toBe(true)
  expect(verify('sha256', Buffer.from(signed.replace('SAMLRequest=', 'SAMLRequest=x')), publicKey, bytes)).toBe(false)
  expect(request).toContain(`Destination="${idp}strict?tenant=1"`)
  expect((await get('/Shibboleth.sso/Metadata')).body).toContain('AuthnRequestsSigned="true"')
  expect((await leave()).location.searchParams.has('Signature')).toBe(false)
  expect((await bring(say(id, { issuer: `${idp}strict` }), state)).status).toBe(303)
})
