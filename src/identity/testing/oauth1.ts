import { createHmac } from 'node:crypto'
import { baseString } from '#lib/oauth1/signature.ts'
import { at, type TestIdentity } from './identity.ts'

/** Id and secret of a consumer or of a token of one. */
export type Key = { readonly id: string; readonly secret: string }

let nonce = 0

/** The header of a POST signed by a consumer (and with a token, where there is one). */
export async function signedHeader(
  identity: TestIdentity,
  path: string,
  consumer: Key,
  token?: Key,
  extra: Readonly<Record<string, string>> = {},
): Promise<string> {
  const versions = await identity.call('GET', '/v3')
  const base = at(versions, 'version', 'links', 0, 'href').replace(/\/v3\/?$/, '')
  const oauth: Record<string, string> = {
    oauth_consumer_key: consumer.id,
    oauth_nonce: String(++nonce),
    oauth_signature_method: 'HMAC-SHA1',
    oauth_timestamp: String(Math.floor(identity.clock.ms / 1000)),
    oauth_version: '1.0',
    ...(token && { oauth_token: token.id }),
    ...extra,
  }
  const text = baseString({ method: 'POST', url: `${base}${path}`, rawQuery: '', oauth })
  const signature = createHmac('sha1', `${consumer.secret}&${token?.secret ?? ''}`)
    .update(text)
    .digest('base64')
  const pairs = Object.entries({ ...oauth, oauth_signature: signature })
  return `OAuth ${pairs.map(([name, value]) => `${name}="${encodeURIComponent(value)}"`).join(', ')}`
}

/** A login with an access token. */
export const loginWithAccess = async (identity: TestIdentity, consumer: Key, token: Key, scope?: object) =>
  identity.call('POST', '/v3/auth/tokens', {
    token: '',
    headers: { authorization: await signedHeader(identity, '/v3/auth/tokens', consumer, token) },
    body: { auth: { identity: { methods: ['oauth1'], oauth1: {} }, ...(scope && { scope }) } },
  })
