// OAuth 1.0a as RFC 5849 has it: reading the Authorization header, and checking signatures in constant time.

import { createHmac, timingSafeEqual } from 'node:crypto'

/** The `oauth_…` parameters of a header, decoded. */
export type OAuthParameters = Readonly<Record<string, string>>

/** Reads `OAuth oauth_consumer_key="…", …`; undefined for another scheme or a misshapen header. */
export function parseOAuthHeader(header: string | undefined): OAuthParameters | undefined {
  const [, list] = /^OAuth\s+(.*)$/is.exec(header ?? '') ?? []
  if (list === undefined) return undefined
  const parameters: Record<string, string> = {}
  for (const part of list.split(',')) {
    const [, name, value] = /^\s*([\w%.~-]+)="([^"]*)"\s*$/.exec(part) ?? []
    if (name === undefined || value === undefined) return undefined
    try {
      parameters[decodeURIComponent(name)] = decodeURIComponent(value)
    } catch {
      return undefined
    }
  }
  return parameters
}

/** A request as its sender signed it. */
export type SignedRequest = {
  readonly method: string
  /** Scheme, host and path, without the query. */
  readonly url: string
  /** The query string as sent, without `?`. */
  readonly rawQuery: string
  readonly oauth: OAuthParameters
}

const HASHES: ReadonlyMap<string | undefined, string> = new Map([
  ['HMAC-SHA1', 'sha1'],
  ['HMAC-SHA256', 'sha256'],
  ['HMAC-SHA512', 'sha512'],
])

/** Whether the signature is that of the consumer (and of the token, where there is one yet: else its secret is ''). */
export function isSignedBy(request: SignedRequest, consumerSecret: string, tokenSecret: string): boolean {
  const { oauth_signature: signature = '', oauth_signature_method: method } = request.oauth
  const key = `${encode(consumerSecret)}&${encode(tokenSecret)}`
  // The secrets themselves: for callers who trust their connection.
  if (method === 'PLAINTEXT') return isEqual(Buffer.from(signature), Buffer.from(key))
  const hash = HASHES.get(method)
  if (hash === undefined) return false
  return isEqual(Buffer.from(signature, 'base64'), createHmac(hash, key).update(baseString(request)).digest())
}

const isEqual = (given: Buffer, expected: Buffer): boolean =>
  given.length === expected.length && timingSafeEqual(given, expected)

/** What is signed: method, URL, and every parameter, sorted. */
export function baseString({ method, url, rawQuery, oauth }: SignedRequest): string {
  const pairs: (readonly [string, string])[] = [...new URLSearchParams(rawQuery)]
  for (const [name, value] of Object.entries(oauth)) {
    if (name !== 'realm' && name !== 'oauth_signature') pairs.push([name, value])
  }
  const parameters = pairs
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
  return [method.toUpperCase(), normalUrl(url), parameters].map(encode).join('&')
}

/** Scheme and host in small letters, without the scheme's own port. */
function normalUrl(url: string): string {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
