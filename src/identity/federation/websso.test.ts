// Logins in a browser: from a dashboard to a real OpenID Connect provider and back.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startIdentity, type TestIdentity } from '../testing/identity.ts'
import { createBrowser, oidcClient, type OidcServer, startOidcServer } from '../testing/oidc.ts'

let oidc: OidcServer
let identity: TestIdentity
let base: string

const dashboard = 'https://dashboard.example/auth/websso/'
const websso = '/v3/auth/OS-FEDERATION/identity_providers/acme/protocols/openid/websso'
const start = (path = websso, origin = dashboard) => `${base}${path}?origin=${encodeURIComponent(origin)}`
const tokenIn = (html: string): string => /name="token" id="token" value="([^"]+)"/.exec(html)?.[1] ?? ''
const get = (path: string, cookie = '') => identity.call('GET', path, { token: '', headers: { cookie } })

beforeAll(async () => {
  oidc = await startOidcServer()
  const client = { ...oidcClient, identity_provider: 'acme', protocol: 'openid', issuer: oidc.issuer }
  identity = await startIdentity({
    federation: {
      oidc: [client, { ...client, identity_provider: 'two', protocol: 'twice' }, { ...client, protocol: 'twice' }],
      trusted_dashboards: ['https://Dashboard.example/auth/websso/'],
    },
  })
  identity.clock.ms = Date.now()
  base = identity.runtime.urlOf('identity')
  oidc.open([`${base}${websso}`])
  const { admin } = identity
  const rules = [{ local: [{ user: { name: '{0}' } }], remote: [{ type: 'REMOTE_USER' }] }]
  await admin('PUT', '/v3/OS-FEDERATION/mappings/map', { mapping: { rules } })
  const provider = { identity_provider: { enabled: true, remote_ids: [oidc.issuer] } }
  await admin('PUT', '/v3/OS-FEDERATION/identity_providers/acme', provider)
  const protocol = { protocol: { mapping_id: 'map' } }
  await admin('PUT', '/v3/OS-FEDERATION/identity_providers/acme/protocols/openid', protocol)
})
afterAll(async () => {
  await identity.stop()
  await oidc.stop()
})

describe('a login in a browser', () => {
  it.each([websso, '/v3/auth/OS-FEDERATION/websso/openid'])('at %s brings a token to the dashboard', async (path) => {
    const { response } = await createBrowser().visit(start(path), 'kim')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const html = await response.text()
    expect(html).toContain(`action="${dashboard}" method="post"`)
    const token = tokenIn(html)
    const shown = await identity.call('GET', '/v3/auth/tokens', { token, headers: { 'x-subject-token': token } })
    expect(shown.body).toMatchObject({ token: { methods: ['mapped'], user: { name: 'kim' } } })
  })

  it('goes out with state, nonce and PKCE, and a sealed cookie', async () => {
    const answer = await get(`${websso}?origin=${encodeURIComponent(dashboard)}`)
    expect(answer.status).toBe(302)
    const url = new URL(answer.headers.get('location') ?? '')
    expect(url.origin).toBe(oidc.issuer)
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'haneul',
      redirect_uri: `${base}${websso}`,
      code_challenge_method: 'S256',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    })
    const cookie = answer.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/^haneul_websso_[\w-]{16}=v1\..*HttpOnly; SameSite=Lax$/)
    expect(cookie).not.toContain(url.searchParams.get('nonce') ?? 'none')
  })

  it('cannot come back twice, without its cookie, with another, or too late', async () => {
    const browser = createBrowser()
    const { response, urls } = await browser.visit(start(), 'kim')
    expect(response.status).toBe(200)
    const back = urls.at(-1) ?? ''
    expect(back).toContain('code=')
    const path = back.slice(base.length)
    const out = await get(`${websso}?origin=${encodeURIComponent(dashboard)}`)
    const cookie = (out.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const state = new URL(out.headers.get('location') ?? '').searchParams.get('state') ?? ''
    for (const [url, sent] of [
      [path, ''],
      [path, cookie],
      [`${websso}?state=${state}&code=forged`, cookie],
      [`${websso}?state=${state}&code=forged`, cookie.slice(0, -3)],
      [`${websso}?state=${state}&error=access_denied`, cookie],
      [`${websso}?state=x&code=y`, cookie],
      [`/v3/auth/OS-FEDERATION/identity_providers/two/protocols/twice/websso?state=${state}&code=y`, cookie],
    ] as const) {
      expect(`${url} ${(await get(url, sent)).status}`).toBe(`${url} 401`)
    }
    const late = await get(`${websso}?origin=${encodeURIComponent(dashboard)}`)
    identity.clock.ms += 700_000
    const lateState = new URL(late.headers.get('location') ?? '').searchParams.get('state') ?? ''
    const lateCookie = (late.headers.get('set-cookie') ?? '').split(';')[0]
    expect((await get(`${websso}?state=${lateState}&code=x`, lateCookie)).status).toBe(401)
    identity.clock.ms -= 700_000
  })

  it('used once is used up, whatever the provider says', async () => {
    const browser = createBrowser()
    const out = await browser.request(start())
    const cookie = out.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const state = new URL(out.headers.get('location') ?? '').searchParams.get('state') ?? ''
    const url = `${websso}?state=${state}&code=guessed`
    expect((await get(url, cookie)).status).toBe(401)
    expect((await get(url, cookie)).status).toBe(401)
  })

  it('is for dashboards that are trusted, and for providers that are there', async () => {
    expect(await get(websso)).toMatchObject({
      status: 400,
      body: { error: { message: 'Request must have an origin query parameter' } },
    })
    expect(await get(`${websso}?origin=https://evil.example/`)).toMatchObject({
      status: 401,
      body: { error: { message: 'https://evil.example/ is not a trusted dashboard host' } },
    })
    const query = `?origin=${encodeURIComponent(dashboard)}`
    for (const [path, status] of [
      [`/v3/auth/OS-FEDERATION/identity_providers/none/protocols/openid/websso${query}`, 404],
      [`/v3/auth/OS-FEDERATION/identity_providers/acme/protocols/none/websso${query}`, 401],
      [`/v3/auth/OS-FEDERATION/websso/none${query}`, 401],
      [`/v3/auth/OS-FEDERATION/websso/twice${query}`, 401],
    ] as const) {
      expect((await get(path)).status).toBe(status)
    }
    const provider = '/v3/OS-FEDERATION/identity_providers/acme'
    await identity.admin('PATCH', provider, { identity_provider: { enabled: false } })
    expect((await get(`${websso}${query}`)).status).toBe(403)
    await identity.admin('PATCH', provider, { identity_provider: { enabled: true } })
  })
})
