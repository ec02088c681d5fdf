// Secrets at rest: AES-256-GCM under the cloud's master key. What a secret is for is bound to it (`purpose`),
// so that a sealed value moved to another row or column does not open there.
// Form: v1.<nonce 12 bytes · ciphertext · tag 16 bytes, in url-safe base64>.

import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'

const PREFIX = 'v1.'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Makes the key that seals and opens out of 32 bytes. Throws RangeError for another length. */
export function createSealingKey(bytes: Uint8Array): KeyObject {
  if (bytes.length !== 32) throw new RangeError('a sealing key has 32 bytes')
  return createSecretKey(bytes)
}

/** Encrypts a text for one purpose, e.g. `identity/credentials/<id>`. Every call gives another result. */
export function seal(key: KeyObject, text: string, purpose: string): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose, 'utf8'))
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return PREFIX + Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url')
}

/** Opens what `seal` made for the same purpose. Throws where key, purpose or a single bit differ. */
export function unseal(key: KeyObject, sealed: string, purpose: string): string {
  const bytes = Buffer.from(sealed.slice(PREFIX.length), 'base64url')
  if (!sealed.startsWith(PREFIX) || bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error('not a sealed secret')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(purpose, 'utf8'))
    .setAuthTag(bytes.subarray(-TAG_BYTES))
  const body = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
  return Buffer.concat([body, decipher.final()]).toString('utf8')
}
