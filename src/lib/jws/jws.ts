// JSON Web Signatures (RFC 7515) in their compact form, with ES256 (RFC 7518) and nothing else: a token does not choose how it is checked.
// Whatever is handed in, openJws answers with the claims that were signed or throws InvalidJws.

import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'

export class InvalidJws extends Error {
  override name = 'InvalidJws'
}

/** A public key, and the private one where this cloud has it. */
export type JwsKey = { readonly verifying: KeyObject; readonly signing: KeyObject | null }

const HEADER = Buffer.from('{"alg":"ES256","typ":"JWT"}').toString('base64url')
const form = { dsaEncoding: 'ieee-p1363' } as const

/** A new pair of keys, in PEM. */
export function createJwsKeyTexts(): { readonly privatePem: string; readonly publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

/** Reads a key of the curve P-256 in PEM. @throws RangeError for anything else */
export function parseJwsKey(pem: string, kind: 'private' | 'public'): KeyObject {
  let key: KeyObject
  try {
    key = kind === 'private' ? createPrivateKey(pem) : createPublicKey(pem)
  } catch (error) {
    throw new RangeError('not a key in PEM', { cause: error })
  }
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new RangeError('not a key of the curve P-256')
  return key
}

/** The public key that goes with a private one, in PEM. */
export const publicPemOf = (privateKey: KeyObject): string =>
  createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString()

export function signJws(key: KeyObject, claims: object): string {
  const content = `${HEADER}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
  return `${content}.${sign('sha256', Buffer.from(content), { key, ...form }).toString('base64url')}`
}

/** Whether a text looks like one: three parts, and the first begins as JSON does. */
export const isJws = (text: string): boolean => /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/.test(text)

/** The claims, if one of the keys signed them. @throws InvalidJws */
export function openJws(keys: readonly KeyObject[], token: string): Readonly<Record<string, unknown>> {
  if (!isJws(token)) throw new InvalidJws('not a token of this kind')
  const [header = '', body = '', signature = ''] = token.split('.')
  if (objectOf(header)['alg'] !== 'ES256') throw new InvalidJws('signed in another way')
  const bytes = Buffer.from(signature, 'base64url')
  // Other spellings of the same bytes would be other tokens.
  if (bytes.length !== 64 || bytes.toString('base64url') !== signature) throw new InvalidJws('not a signature')
  const content = Buffer.from(`${header}.${body}`)
  if (!keys.some((key) => verify('sha256', content, { key, ...form }, bytes))) {
    throw new InvalidJws('signed by none of the keys')
  }
  return objectOf(body)
}

function objectOf(part: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  } catch {
    // Falls through: it is no JSON.
  }
  throw new InvalidJws('not JSON')
}
