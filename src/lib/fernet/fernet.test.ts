import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createFernetKeyText, decryptFernet, encryptFernet, InvalidFernetToken, parseFernetKey } from './fernet.ts'

type Fixture = {
  readonly keys: readonly string[]
  readonly tokens: readonly { key: number; issuedAt: number; iv: string; payload: string; token: string }[]
}

const fixture: Fixture = JSON.parse(readFileSync(new URL('fernet.fixture.json', import.meta.url), 'utf8'))
const keys = fixture.keys.map(parseFernetKey)
const now = 1_780_000_100

function keyAt(index: number) {
  const key = keys[index]
  if (!key) throw new Error(`no key ${index} in the fixture`)
  return key
}

describe("tokens of Python's cryptography", () => {
  it.each(fixture.tokens)('of $issuedAt are read and written alike', ({ key, issuedAt, iv, payload, token }) => {
    const bare = token.replace(/=+$/, '')
    for (const text of [token, bare]) {
      const result = decryptFernet(keys, text, { now })
      expect(result.payload.toString('hex')).toBe(payload)
      expect(result.issuedAt).toBe(issuedAt)
    }
    expect(encryptFernet(keyAt(key), Buffer.from(payload, 'hex'), issuedAt, Buffer.from(iv, 'hex'))).toBe(bare)
  })
})

describe('keys', () => {
  it('are made in the form they are read', () => {
    const text = createFernetKeyText()
    expect(text).toMatch(/^[\w-]{43}=$/)
    const key = parseFernetKey(`${text}\n`)
    expect(decryptFernet([key], encryptFernet(key, Buffer.from('안녕'), now), { now }).payload.toString()).toBe('안녕')
  })

  it.each(['', 'short', 'a'.repeat(44), `${'A'.repeat(42)}==`, '*'.repeat(43)])('refuses %j', (text) => {
    expect(() => parseFernetKey(text)).toThrow(RangeError)
  })
})

describe('what is refused', () => {
  const key = keyAt(0)
  const token = encryptFernet(key, Buffer.from('payload of a token, some blocks long'), now)

  it('tokens of another key', () => {
    expect(() => decryptFernet([keyAt(1), keyAt(2)], token, { now })).toThrow(InvalidFernetToken)
    expect(() => decryptFernet([], token, { now })).toThrow(InvalidFernetToken)
  })

  it('tokens too old, only where an age is given, and tokens from the future', () => {
    expect(decryptFernet([key], token, { now: now + 1e9 }).issuedAt).toBe(now)
    expect(decryptFernet([key], token, { now: now + 60, ttl: 60 }).issuedAt).toBe(now)
    expect(() => decryptFernet([key], token, { now: now + 61, ttl: 60 })).toThrow(InvalidFernetToken)
    expect(decryptFernet([key], token, { now: now - 60 }).issuedAt).toBe(now)
    expect(() => decryptFernet([key], token, { now: now - 61 })).toThrow(InvalidFernetToken)
  })

  it('a rightly signed body that does not decrypt', () => {
    const bytes = Buffer.concat([Buffer.from(token, 'base64url').subarray(0, -32)])
    bytes.fill(7, bytes.length - 16)
    const forged = Buffer.concat([bytes, createHmac('sha256', key.signing).update(bytes).digest()])
    expect(() => decryptFernet([key], forged.toString('base64url'), { now })).toThrow(InvalidFernetToken)
  })

  it('every one of 10,000 mutations, with the one typed error', () => {
    const alphabet = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ \u0000é漢%')
    // A small generator with a fixed seed, so that a failure can be repeated.
    let state = 12345
    const random = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return (state >>> 8) % below
    }
    const mutate = (): string => {
      const at = random(token.length)
      const letter = alphabet[random(alphabet.length)] ?? 'A'
      switch (random(6)) {
        case 0:
          return token.slice(0, at) + letter + token.slice(at + 1)
        case 1:
          return token.slice(0, at) + letter + token.slice(at)
        case 2:
          return token.slice(0, at) + token.slice(at + 1)
        case 3:
          return token.slice(0, at)
        case 4: {
          const bytes = Buffer.from(token, 'base64url')
          const index = random(bytes.length)
          bytes[index] = (bytes[index] ?? 0) ^ (1 << random(8))
          return bytes.toString('base64url')
        }
        default:
          return token.slice(at) + token.slice(0, at) + letter.repeat(random(40))
      }
    }
    let refused = 0
    for (let i = 0; i < 10_000; i++) {
      const mutated = mutate()
      if (mutated.replace(/=+$/, '') === token) {
        refused++
        continue
      }
      try {
        decryptFernet(keys, mutated, { now })
        expect.unreachable(mutated)
      } catch (error) {
        if (!(error instanceof InvalidFernetToken)) throw error
        refused++
      }
    }
    expect(refused).toBe(10_000)
  })
})
