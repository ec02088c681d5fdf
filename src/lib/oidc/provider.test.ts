import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { OidcRefusal, OidcUnavailable } from './fetch-json.ts'
import { createOidcProvider, type OidcProvider } from './provider.ts'

const now = Date.UTC(2026, 10, 21, 3)
let server: Server
let issuer: string
let ours: CryptoKey
let theirs: CryptoKey
let publicKey: object
let asked: string[]
/** What the provider answers, by path. */
let answers: Record<string, (response: ServerResponse) => void>
let provider: OidcProvider

const json = (value: unknown) => (response: ServerResponse) =>
  void response.setHeader('content-type', 'application/json').end(JSON.stringify(value))

beforeAll(async () => {
  const pair = await generateKeyPair('RS256')
  ours = pair.privateKey
  publicKey = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }
  theirs = (await generateKeyPair('RS256')).privateKey
  server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const answer = answers[path]
    if (answer) answer(response)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address: AddressInfo | string | null = server.address()
  issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})
beforeEach(() => {
  asked = []
  answers = {
    '/.well-known/openid-configuration': json({
      issuer,
      jwks_uri: `${issuer}/keys`,
      token_endpoint: `${issuer}/token`,
      authorization_endpoint: `${issuer}/login`,
    }),
    '/keys': json({ keys: [publicKey] }),
  }
  provider = createOidcProvider(
    {
      issuer,
      clientId: 'us',
      clientSecret: 's',
      scope: 'openid',
      audiences: ['api'],
      origins: [],
      userinfoTokens: false,
    },
    500,
  )
})

const sign = (claims: JWTPayload, key = ours, header: { alg?: string; typ?: string; kid?: string } = {}) =>
  new SignJWT({ iss: issuer, aud: 'api', sub: 'kim', exp: now / 1000 + 60, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'one', ...header })
    .sign(key)
const check = (token: string, at = now) => provider.checkAccessToken(token, at)

describe('a JWT', () => {
  it('is read, and the keys are asked for once', async () => {
    expect(await check(await sign({ email: 'kim@x' }))).toMatchObject({ sub: 'kim', email: 'kim@x' })
    await check(await sign({ aud: ['other', 'us'] }))
    await check(await sign({ aud: 'account', azp: 'us' }))
    expect(asked).toEqual(['/.well-known/openid-configuration', '/keys'])
  })

  it.each<[string, () => string | Promise<string>]>([
    ['for somebody else', () => sign({ aud: 'other' })],
    ['for nobody', () => sign({ aud: [] })],
    ['of another issuer', () => sign({ iss: 'https://other' })],
    ['that is over', () => sign({ exp: now / 1000 - 60 })],
    ['that is not good yet', () => sign({ nbf: now / 1000 + 600 })],
    ['without an end', () => sign({ exp: undefined })],
    ['without a subject', () => sign({ sub: undefined })],
    ['signed by another key', () => sign({}, theirs)],
    ['of an unknown key', () => sign({}, ours, { kid: 'two' })],
    ['of another kind', () => sign({}, ours, { typ: 'logout+jwt' })],
    ['that is signed with the public key as a secret', () => withSecret()],
    ['without a signature', () => unsigned()],
    ['that is too long', () => `${'x'.repeat(70_000)}.x.x`],
    ['that is no token', () => 'x.y.z'],
  ])('%s is refused', async (_what, token) => {
    await expect(check(await token())).rejects.toThrow(OidcRefusal)
  })

  it('of a new key is read when the keys are some time old', async () => {
    await check(await sign({}))
    const pair = await generateKeyPair('RS256')
    const kid = 'new'
    answers['/keys'] = json({ keys: [{ ...(await exportJWK(pair.publicKey)), kid }] })
    const token = await sign({ exp: now / 1000 + 3600 }, pair.privateKey, { kid })
    await expect(check(token, now + 1000)).rejects.toThrow(OidcRefusal)
    expect(await check(token, now + 60_000)).toMatchObject({ sub: 'kim' })
  })
})

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const unsigned = () => `${part({ alg: 'none' })}.${part({ iss: issuer, aud: 'api', sub: 'kim', exp: now })}.`
const withSecret = () =>
  new SignJWT({ iss: issuer, aud: 'api', sub: 'kim', exp: now / 1000 + 60 })
    .setProtectedHeader({ alg: 'HS256', kid: 'one' })
    .sign(Buffer.from(JSON.stringify(publicKey)))

describe('a provider', () => {
  it.each<[string, () => void]>([
    ['that says nothing', () => (answers['/keys'] = () => undefined)],
    ['that says too much', () => (answers['/keys'] = (response) => void response.end('x'.repeat(1_000_000)))],
    ['that breaks', () => (answers['/keys'] = (response) => void response.writeHead(500).end())],
    ['that has no keys', () => (answers['/keys'] = json({}))],
    ['that answers no JSON', () => (answers['/keys'] = (response) => void response.end('<html>'))],
    [
      'that sends elsewhere',
      () => (answers['/keys'] = (response) => void response.writeHead(302, { location: '/' }).end()),
    ],
    ['that calls itself otherwise', () => describeAs({ issuer: 'https://other', jwks_uri: `${issuer}/keys` })],
    ['whose keys lie elsewhere', () => describeAs({ issuer, jwks_uri: 'http://127.0.0.2:1/keys' })],
    ['whose keys lie nowhere', () => describeAs({ issuer, jwks_uri: 'file:///etc/passwd' })],
    ['that does not describe itself', () => delete answers['/.well-known/openid-configuration']],
  ])('%s cannot be asked, and can be later', async (_what, spoil) => {
    const before = { ...answers }
    spoil()
    const token = await sign({})
    await expect(check(token)).rejects.toThrow(OidcUnavailable)
    answers = before
    expect(await check(token)).toMatchObject({ sub: 'kim' })
  })

  it('that cannot tell of opaque tokens refuses them', async () => {
    await expect(check('opaque')).rejects.toThrow(OidcRefusal)
  })

  it.each<[string, object, boolean]>([
    ['active', { active: true, sub: 'kim', client_id: 'us' }, true],
    ['not active', { active: false, sub: 'kim', client_id: 'us' }, false],
    ['of another client', { active: true, sub: 'kim', client_id: 'other' }, false],
    ['over', { active: true, sub: 'kim', client_id: 'us', exp: 1 }, false],
    ['of another issuer', { active: true, sub: 'kim', client_id: 'us', iss: 'https://other' }, false],
    ['of a program', { active: true, client_id: 'us' }, true],
    ['of nobody', { active: true, aud: 'us' }, false],
  ])('tells that an opaque token is %s', async (_what, said, good) => {
    describeAs({ issuer, introspection_endpoint: `${issuer}/introspect` })
    answers['/introspect'] = json(said)
    if (good) expect(await check('opaque')).toMatchObject({ sub: expect.stringMatching(/kim|us/), iss: issuer })
    else await expect(check('opaque')).rejects.toThrow(OidcRefusal)
  })

  it.each<[string, object | null, boolean]>([
    ['somebody', { sub: 'kim', email: 'kim@x' }, true],
    ['nobody', { email: 'kim@x' }, false],
    ['another issuer', { sub: 'kim', iss: 'https://other' }, false],
    ['an error', null, false],
  ])('whose userinfo alone tells of opaque tokens tells of %s', async (_what, said, good) => {
    describeAs({ issuer, userinfo_endpoint: `${issuer}/me` })
    if (said) answers['/me'] = json(said)
    await expect(check('opaque')).rejects.toThrow(/none that can be read/)
    const settings = { issuer, clientId: 'us', clientSecret: 's', scope: 'openid', audiences: [], origins: [] }
    const trusting = createOidcProvider({ ...settings, userinfoTokens: true }, 500)
    const claims = trusting.checkAccessToken('opaque', now)
    if (good) expect(await claims).toMatchObject({ sub: 'kim', email: 'kim@x', iss: issuer })
    else await expect(claims).rejects.toThrow(OidcRefusal)
  })

  const shown = { verifier: 'v', nonce: 'n', redirectUri: 'https://here' }
  const idToken = (claims: JWTPayload) => sign({ aud: 'us', nonce: 'n', iat: now / 1000, ...claims })
  it.each<[string, JWTPayload, boolean]>([
    ['this login', {}, true],
    ['another login', { nonce: 'other' }, false],
    ['another audience', { aud: 'api' }, false],
    ['another client', { azp: 'other' }, false],
    ['another time', { exp: 1 }, false],
  ])('gives for a code a token of %s', async (_what, claims, good) => {
    answers['/token'] = json({ id_token: await idToken(claims), access_token: 'a' })
    const redeemed = provider.redeem('code', shown, now)
    if (good) expect(await redeemed).toMatchObject({ sub: 'kim' })
    else await expect(redeemed).rejects.toThrow(OidcRefusal)
  })

  it('that refuses a code refuses the login', async () => {
    answers['/token'] = (response) => void response.writeHead(400).end('{}')
    await expect(provider.redeem('code', shown, now)).rejects.toThrow(OidcRefusal)
  })

  it('sends a browser to its own page alone', async () => {
    const redirect = { state: 's', nonce: 'n', challenge: 'c', redirectUri: 'https://here' }
    expect(new URL(await provider.authorizationUrl(redirect, now)).origin).toBe(issuer)
    describeAs({ issuer, authorization_endpoint: 'https://elsewhere/login' })
    await expect(provider.authorizationUrl(redirect, now + 700_000)).rejects.toThrow(OidcUnavailable)
  })
})

function describeAs(metadata: object): void {
  answers['/.well-known/openid-configuration'] = json(metadata)
}
