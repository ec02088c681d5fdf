// A provider of OpenID Connect as its client sees it: what it publishes of itself, its keys, and what tokens of its say.

import {
  createLocalJWKSet,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyOptions,
} from 'jose'
import { fetchJson, type JsonObject, OidcRefusal, OidcUnavailable } from './fetch-json.ts'

export type OidcSettings = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scope: string
  /** Audiences beside the client itself whose access tokens are taken. */
  readonly audiences: readonly string[]
  /** Origins beside the issuer's own that its endpoints may be on. */
  readonly origins: readonly string[]
  /** Whether an opaque token is good where only userinfo tells of it: then nobody says whose client it was given to. */
  readonly userinfoTokens: boolean
}

export type Claims = JsonObject

/** What a browser is sent away with, and what must be remembered of it. */
export type Redirect = {
  readonly state: string
  readonly nonce: string
  /** PKCE's challenge: the S256 of what is shown at the end. */
  readonly challenge: string
  readonly redirectUri: string
}

export type OidcProvider = {
  readonly issuer: string
  /** What an access token says. Throws OidcRefusal or OidcUnavailable. */
  readonly checkAccessToken: (token: string, now: number) => Promise<Claims>
  /** Where a browser logs in. Throws OidcUnavailable. */
  readonly authorizationUrl: (redirect: Redirect, now: number) => Promise<string>
  /** What the provider says of the user that a code stands for. Throws OidcRefusal or OidcUnavailable. */
  readonly redeem: (
    code: string,
    shown: { readonly verifier: string; readonly nonce: string; readonly redirectUri: string },
    now: number,
  ) => Promise<Claims>
}

/** Signatures with keys that the provider alone has: neither shared secrets nor none. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
const KEPT_MS = 600_000
const ASKED_AGAIN_MS = 30_000
const TOLERANCE_S = 30
const MOST_TOKEN_LETTERS = 65_536

type Keys = { readonly find: ReturnType<typeof createLocalJWKSet>; readonly readAt: number }

/** @param timeoutMs for each request to the provider */
export function createOidcProvider(settings: OidcSettings, timeoutMs?: number): OidcProvider {
  const { issuer, clientId, clientSecret } = settings
  const origins = new Set([new URL(issuer).origin, ...settings.origins])
  const limits = { origins, ...(timeoutMs === undefined ? {} : { timeoutMs }) }
  const basic = Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString('base64')
  const audiences = [clientId, ...settings.audiences]
  let document: { readonly value: Promise<JsonObject>; readonly readAt: number } | undefined
  let keys: Promise<Keys> | undefined

  const metadata = async (now: number): Promise<JsonObject> => {
    if (document && now - document.readAt < KEPT_MS) return document.value
    const value = fetchJson({ url: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, ...limits })
    document = { value, readAt: now }
    try {
      if ((await value)['issuer'] === issuer) return await value
    } catch (error) {
      document = undefined
      throw error instanceof OidcRefusal ? new OidcUnavailable(error.message, { cause: error }) : error
    }
    document = undefined
    throw new OidcUnavailable(`the provider calls itself otherwise than ${issuer}`)
  }

  const endpoint = async (name: string, now: number): Promise<string | undefined> => {
    const url = (await metadata(now))[name]
    return typeof url === 'string' ? url : undefined
  }

  const readKeys = async (now: number): Promise<Keys> => {
    const url = await endpoint('jwks_uri', now)
    if (url === undefined) throw new OidcUnavailable(`${issuer} publishes no keys`)
    try {
      const set = await fetchJson({ url, ...limits })
      const list: unknown = set['keys']
      if (!Array.isArray(list)) throw new OidcUnavailable(`${url} answers no keys`)
      return { find: createLocalJWKSet({ keys: list }), readAt: now }
    } catch (error) {
      document = undefined
      throw error instanceof OidcUnavailable ? error : new OidcUnavailable(`${url} answers no keys`, { cause: error })
    }
  }

  const keySet = async (now: number, fresherThan: number): Promise<Keys> => {
    const known = await keys?.catch(() => undefined)
    if (known && known.readAt > fresherThan) return known
    keys = readKeys(now)
    return keys
  }

  /** Checks a signature and what every token must say. */
  const verify = async (token: string, now: number, options: JWTVerifyOptions): Promise<JWTPayload> => {
    const checks = {
      algorithms: ALGORITHMS,
      issuer,
      clockTolerance: TOLERANCE_S,
      currentDate: new Date(now),
      requiredClaims: ['exp', 'sub'],
      ...options,
    }
    const set = await keySet(now, now - KEPT_MS)
    try {
      return (await jwtVerify(token, set.find, checks)).payload
    } catch (error) {
      const unknownKey = error instanceof errors.JWKSNoMatchingKey && now - set.readAt >= ASKED_AGAIN_MS
      if (!unknownKey) throw new OidcRefusal('the token is not good', { cause: error })
    }
    // The provider may have a new key.
    try {
      return (await jwtVerify(token, (await keySet(now, now - ASKED_AGAIN_MS)).find, checks)).payload
    } catch (error) {
      throw error instanceof OidcUnavailable ? error : new OidcRefusal('the token is not good', { cause: error })
    }
  }

  /** What the provider says beside the token, of the same user. */
  const withUserinfo = async (claims: Claims, accessToken: string, now: number): Promise<Claims> => {
    const url = await endpoint('userinfo_endpoint', now)
    if (url === undefined) return claims
    const more = await fetchJson({ url, ...limits, headers: { authorization: `Bearer ${accessToken}` } })
    if (more['sub'] !== claims['sub']) throw new OidcRefusal('the provider tells of another user')
    return { ...more, ...claims }
  }

  /** What userinfo says of a token that nothing else can be asked of. */
  const readUserinfo = async (token: string, now: number): Promise<Claims> => {
    const url = settings.userinfoTokens ? await endpoint('userinfo_endpoint', now) : undefined
    if (url === undefined) throw new OidcRefusal('the token is none that can be read here')
    const said = await fetchJson({ url, ...limits, headers: { authorization: `Bearer ${token}` } })
    const { sub, iss = issuer } = said
    if (typeof sub !== 'string' || iss !== issuer) throw new OidcRefusal('the provider tells of nobody')
    return { ...said, iss, sub }
  }

  const introspect = async (token: string, now: number): Promise<Claims> => {
    const url = await endpoint('introspection_endpoint', now)
    if (url === undefined) return readUserinfo(token, now)
    const form = { token, token_type_hint: 'access_token' }
    const said = await fetchJson({ url, ...limits, form, headers: { authorization: `Basic ${basic}` } })
    const { active, exp, iss = issuer } = said
    // Nobody stands behind a token of a program but the program itself (RFC 9068, 2.2).
    const sub = said['sub'] ?? said['client_id']
    const over = typeof exp === 'number' && exp * 1000 <= now
    if (active !== true || over || typeof sub !== 'string' || iss !== issuer)
      throw new OidcRefusal('not an active token')
    const claims = { ...said, iss, sub }
    checkAudience(claims, audiences)
    const scopes = typeof said['scope'] === 'string' ? said['scope'].split(' ') : []
    return scopes.includes('openid') && said['sub'] !== undefined ? withUserinfo(claims, token, now) : claims
  }

  return {
    issuer,
    checkAccessToken: async (token, now) => {
      if (token.length > MOST_TOKEN_LETTERS) throw new OidcRefusal('the token is too long')
      if (!isJwt(token)) return introspect(token, now)
      const claims = await verify(token, now, {})
      checkAudience(claims, audiences)
      return claims
    },
    authorizationUrl: async ({ state, nonce, challenge, redirectUri }, now) => {
      const text = await endpoint('authorization_endpoint', now)
      if (text === undefined || !URL.canParse(text) || !origins.has(new URL(text).origin)) {
        throw new OidcUnavailable(`${issuer} publishes no page to log in at`)
      }
      const url = new URL(text)
      const parameters = {
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: settings.scope,
        state,
        nonce,
        code_challenge: challenge,
        code_challenge_method: 'S256',
      }
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
      return url.href
    },
    redeem: async (code, { verifier, nonce, redirectUri }, now) => {
      const url = await endpoint('token_endpoint', now)
      if (url === undefined) throw new OidcUnavailable(`${issuer} publishes nowhere to redeem a code`)
      const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
      const answer = await fetchJson({ url, ...limits, form, headers: { authorization: `Basic ${basic}` } })
      const { id_token: idToken, access_token: accessToken } = answer
      if (typeof idToken !== 'string' || typeof accessToken !== 'string') {
        throw new OidcUnavailable(`${url} answers without tokens`)
      }
      const claims = await verify(idToken, now, { audience: clientId, requiredClaims: ['exp', 'sub', 'iat', 'nonce'] })
      if (claims['nonce'] !== nonce) throw new OidcRefusal('the token answers another question')
      if (claims['azp'] !== undefined && claims['azp'] !== clientId) throw new OidcRefusal('a token for another client')
      return withUserinfo(claims, accessToken, now)
    },
  }
}

/** An access token is for one of the audiences, or was given to one of them as a client. */
function checkAudience({ aud, azp, client_id: client }: Claims, audiences: readonly string[]): void {
  const named: readonly unknown[] = [...(Array.isArray(aud) ? aud : [aud]), azp, client]
  if (!named.some((name) => typeof name === 'string' && audiences.includes(name))) {
    throw new OidcRefusal('the token is for somebody else')
  }
}

/** Types of JWTs that are no access tokens must not pass for one. */
function isJwt(token: string): boolean {
  if (token.split('.').length !== 3) return false
  let type: unknown
  try {
    type = decodeProtectedHeader(token).typ
  } catch {
    return false
  }
  if (type === undefined || (typeof type === 'string' && /^(?:application\/)?(?:at\+)?jwt$/i.test(type))) return true
  throw new OidcRefusal('the token is of another kind')
}

/** Ids and secrets go into `Basic` form-encoded (RFC 6749, 2.3.1). */
const formEncoded = (text: string): string => new URLSearchParams({ x: text }).toString().slice(2)
