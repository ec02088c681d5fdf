// One-time passwords by the clock: RFC 6238 with SHA-1, six digits and half a minute, as every authenticator has them.

import { createHmac, timingSafeEqual } from 'node:crypto'

const STEP_MS = 30_000
const DIGITS = 6
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The code of a seed (base32, padding optional) at a time; undefined where the seed is no base32. */
export function totpCode(seed: string, timeMs: number): string | undefined {
  const key = decodeBase32(seed)
  if (!key) return undefined
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(timeMs / STEP_MS)))
  const digest = createHmac('sha1', key).update(counter).digest()
  const offset = (digest.at(-1) ?? 0) & 15
  const number = digest.readUInt32BE(offset) & 0x7fff_ffff
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0')
}

/** Whether a code is that of now or of one of the steps before: clocks and typists are slow. */
export function isTotpCode(seed: string, code: string, timeMs: number, stepsBefore: number): boolean {
  const given = Buffer.from(code)
  let right = false
  for (let step = 0; step <= stepsBefore; step++) {
    const expected = Buffer.from(totpCode(seed, timeMs - step * STEP_MS) ?? '')
    if (expected.length > 0 && expected.length === given.length && timingSafeEqual(expected, given)) right = true
  }
  return right
}

function decodeBase32(text: string): Buffer | undefined {
  const letters = text.replace(/=*$/, '')
  const bytes = Buffer.alloc(Math.floor((letters.length * 5) / 8))
  let bits = 0
  let held = 0
  let at = 0
  for (const letter of letters) {
    const value = ALPHABET.indexOf(letter)
    if (value < 0) return undefined
    held = ((held << 5) | value) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (held >> bits) & 0xff
    }
  }
  return bytes.length > 0 ? bytes : undefined
}
