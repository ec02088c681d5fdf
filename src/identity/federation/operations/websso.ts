// Logins in a browser: a dashboard sends it here, it goes on to the provider, comes back with a code, and brings a token to the dashboard.
// Nothing is kept here meanwhile: what must be known again goes with the browser, sealed, in a cookie that its `state` belongs to.

import { type KeyObject, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { seal, unseal } from '#lib/seal/seal.ts'
import type { Ctx } from '#platform/context.ts'
import { unauthorized } from '#platform/errors.ts'
import { notAuthenticated, validationError } from '../../errors.ts'
import { type ListQuery, lastOf } from '../../lists.ts'
import { browserDoor, type Errand } from './browser.ts'
import { getEnabledProvider } from './enter.ts'
import type { Federations } from './login.ts'

const PURPOSE = 'identity/websso'
const LIFE_S = 600
const COOKIE_PATH = '/v3/auth/OS-FEDERATION'

export type WebSso = {
  /**
   * Sends the browser on, or (it comes back) makes its token.
   * @throws badRequest (no origin), unauthorized, notFound, forbidden, unavailable
   */
  readonly visit: (ctx: Ctx, idpId: string, protocolId: string, visit: Visit) => Promise<Sent | Brought>
}

export type Visit = { readonly query: ListQuery; readonly cookie: string | undefined }
export type Sent = { readonly location: string; readonly cookie: string }
/** The token for the dashboard at `origin`. */
export type Brought = { readonly origin: string; readonly token: string; readonly cookie: string }

export function createWebSso(federations: Federations, key: KeyObject): WebSso {
  // A state that was used once on this controller; the provider's code is good for once anyway.
  const used = new LRUCache<string, true>({ max: 50_000, ttl: LIFE_S * 1000 })

  const begin = async (ctx: Ctx, idpId: string, protocolId: string, query: ListQuery): Promise<Sent> => {
    const origin = checkOrigin(lastOf(query['origin']), federations.config.trusted_dashboards)
    await getEnabledProvider(ctx, idpId)
    const door = browserDoor(federations, idpId, protocolId)
    if (!door) throw notAuthenticated(ctx.baseUrl)
    const random = () => randomBytes(32).toString('base64url')
    const base = federations.config.public_url.replace(/\/$/, '') || ctx.baseUrl
    const redirectUri = `${base}${COOKIE_PATH}/identity_providers/${encodeURIComponent(idpId)}/protocols/${encodeURIComponent(protocolId)}/websso`
    const ways = { origin, idpId, protocolId, redirectUri }
    const errand: Errand = {
      ...ways,
      state: random(),
      nonce: random(),
      verifier: random(),
      until: ctx.now + LIFE_S * 1000,
    }
    const location = await door.locationOf(ctx, errand)
    const sealed = seal(key, JSON.stringify(errand), PURPOSE)
    return { location, cookie: cookieOf(errand, sealed, LIFE_S) }
  }

  const finish = async (ctx: Ctx, idpId: string, protocolId: string, { query, cookie }: Visit): Promise<Brought> => {
    const state = lastOf(query['state']) ?? ''
    const code = lastOf(query['code'])
    const errand = readErrand(key, cookie, state)
    const here = errand?.idpId === idpId && errand.protocolId === protocolId && errand.until > ctx.now
    const door = browserDoor(federations, idpId, protocolId)
    if (!errand || !here || !door || code === undefined || used.has(state)) throw notAuthenticated(ctx.baseUrl)
    const issuer = lastOf(query['iss'])
    if (issuer !== undefined && issuer !== door.issuer) throw notAuthenticated(ctx.baseUrl)
    used.set(state, true)
    await getEnabledProvider(ctx, idpId)
    const { token } = await door.redeem(ctx, code, errand)
    return { origin: errand.origin, token, cookie: cookieOf(errand, '', 0) }
  }

  return {
    visit: (ctx, idpId, protocolId, visit) =>
      visit.query['state'] === undefined
        ? begin(ctx, idpId, protocolId, visit.query)
        : finish(ctx, idpId, protocolId, visit),
  }
}

/** @throws badRequest where there is none, unauthorized where it is not trusted */
function checkOrigin(origin: string | undefined, trusted: readonly string[]): string {
  if (!origin) throw validationError('Request must have an origin query parameter')
  if (!trusted.map(withLowerHost).includes(origin)) throw unauthorized(`${origin} is not a trusted dashboard host`)
  return origin
}

function withLowerHost(url: string): string {
  const [, scheme = '', host = '', rest = ''] = /^(\w+:\/\/)([^/]*)(.*)$/s.exec(url) ?? []
  return scheme === '' ? url : `${scheme}${host.toLowerCase()}${rest}`
}

/** A cookie for each login, so that several at once do not get into each other's way. */
const nameOf = (state: string): string => `haneul_websso_${state.slice(0, 16)}`

function cookieOf({ state, redirectUri }: Errand, value: string, lifeS: number): string {
  const secure = redirectUri.startsWith('https:') ? '; Secure' : ''
  return `${nameOf(state)}=${value}; Path=${COOKIE_PATH}; Max-Age=${lifeS}; HttpOnly; SameSite=Lax${secure}`
}

function readErrand(key: KeyObject, cookies: string | undefined, state: string): Errand | undefined {
  if (!/^[\w-]{43}$/.test(state)) return undefined
  const wanted = `${nameOf(state)}=`
  const cookie = (cookies ?? '').split(/; */).find((part) => part.startsWith(wanted))
  if (cookie === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(unseal(key, cookie.slice(wanted.length), PURPOSE))
  } catch {
    return undefined
  }
  return isErrand(value) && value.state === state ? value : undefined
}

const TEXTS = ['state', 'nonce', 'verifier', 'origin', 'idpId', 'protocolId', 'redirectUri'] as const

const isErrand = (value: unknown): value is Errand =>
  typeof value === 'object' &&
  value !== null &&
  TEXTS.every((name) => name in value && typeof Reflect.get(value, name) === 'string') &&
  'until' in value &&
  typeof value.until === 'number'
