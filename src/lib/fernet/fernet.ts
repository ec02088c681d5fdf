// Fernet tokens (github.com/fernet/spec): 0x80 · timestamp (8) · IV (16) · AES-128-CBC ciphertext · HMAC-SHA256 (32), url-safe base64.
// Whatever is handed in, decryptFernet answers with the bytes that were encrypted or throws InvalidFernetToken, nothing else.
// The signature is compared in constant time and before anything is decrypted; base64 is accepted in its canonical form only,
// so that one token has one spelling (with or without padding).

import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { randomHandful } from '../random/random.ts'

const VERSION = 0x80
const HEADER_BYTES = 1 + 8 + 16
const SIGNATURE_BYTES = 32
const BLOCK_BYTES = 16
const CLOCK_SKEW_SECONDS = 60

/** A Fernet key ready for use. */
export type FernetKey = { readonly signing: KeyObject; readonly encryption: KeyObject }

/** A token that is not one: misshapen, forged, made with another key, too old, or from the future. */
export class InvalidFernetToken extends Error {
  override name = 'InvalidFernetToken'
}

/** Makes a new key: 32 random bytes in url-safe base64 with padding, the form in which Keystone's key files hold it. */
export function createFernetKeyText(): string {
  return padded(randomBytes(32).toString('base64url'))
}

/** Reads a key in its text form. Throws RangeError where it is not 32 bytes of base64. */
export function parseFernetKey(text: string): FernetKey {
  const bytes = decodeBase64Url(text.trim().replaceAll('+', '-').replaceAll('/', '_'))
  if (bytes?.length !== 32) throw new RangeError('a Fernet key is 32 bytes in url-safe base64')
  return {
    signing: createSecretKey(bytes.subarray(0, 16)),
    encryption: createSecretKey(bytes.subarray(16)),
  }
}

/** Encrypts `payload` as a token issued at `issuedAt` (whole seconds since 1970); padding is left off, as Keystone does. */
export function encryptFernet(key: FernetKey, payload: Uint8Array, issuedAt: number, iv = randomHandful(16)): string {
  const cipher = createCipheriv('aes-128-cbc', key.encryption, iv)
  const body = cipher.update(payload)
  const tail = cipher.final()
  const signed = HEADER_BYTES + body.length + tail.length
  const token = Buffer.allocUnsafe(signed + SIGNATURE_BYTES)
  token[0] = VERSION
  token.writeUInt32BE(Math.floor(issuedAt / 0x1_0000_0000), 1)
  token.writeUInt32BE(issuedAt % 0x1_0000_0000, 5)
  iv.copy(token, 9)
  body.copy(token, HEADER_BYTES)
  tail.copy(token, HEADER_BYTES + body.length)
  createHmac('sha256', key.signing).update(token.subarray(0, signed)).digest().copy(token, signed)
  return token.toString('base64url')
}

/**
 * Checks and decrypts a token by the first of `keys` that signed it.
 * `now` and `ttl` are seconds; without `ttl` a token never grows too old. `issuedAt` is in seconds since 1970.
 */
export function decryptFernet(
  keys: readonly FernetKey[],
  token: string,
  { now, ttl }: { readonly now: number; readonly ttl?: number },
): { readonly payload: Buffer; readonly issuedAt: number } {
  const bytes = decodeBase64Url(token)
  if (!bytes || bytes[0] !== VERSION) throw new InvalidFernetToken('not a Fernet token')
  const signed = bytes.length - SIGNATURE_BYTES
  const cipherBytes = signed - HEADER_BYTES
  if (cipherBytes < BLOCK_BYTES || cipherBytes % BLOCK_BYTES !== 0) throw new InvalidFernetToken('not a Fernet token')

  const content = bytes.subarray(0, signed)
  const signature = bytes.subarray(signed)
  const key = keys.find(({ signing }) =>
    timingSafeEqual(createHmac('sha256', signing).update(content).digest(), signature),
  )
  if (!key) throw new InvalidFernetToken('signed by none of the keys')

  const issuedAt = Number(bytes.readBigUInt64BE(1))
  if (issuedAt > now + CLOCK_SKEW_SECONDS) throw new InvalidFernetToken('issued in the future')
  if (ttl !== undefined && issuedAt + ttl < now) throw new InvalidFernetToken('expired')

  try {
    const decipher = createDecipheriv('aes-128-cbc', key.encryption, bytes.subarray(9, HEADER_BYTES))
    const body = decipher.update(bytes.subarray(HEADER_BYTES, signed))
    const tail = decipher.final()
    return { payload: tail.length === 0 ? body : Buffer.concat([body, tail]), issuedAt }
  } catch {
    throw new InvalidFernetToken('cannot be decrypted')
  }
}

/** Strict url-safe base64, with or without padding; undefined for anything else, other spellings of the same bytes included. */
function decodeBase64Url(text: string): Buffer | undefined {
  const bare = text.endsWith('=') && text.length % 4 === 0 ? text.replace(/={1,2}$/, '') : text
  const bytes = Buffer.from(bare, 'base64url')
  return bytes.toString('base64url') === bare ? bytes : undefined
}

function padded(text: string): string {
  return text + '='.repeat((4 - (text.length % 4)) % 4)
}
