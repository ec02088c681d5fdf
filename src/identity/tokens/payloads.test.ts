import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decryptFernet, encryptFernet, parseFernetKey } from '#lib/fernet/fernet.ts'
import {
  packReceiptPayload,
  packTokenPayload,
  type ReceiptPayload,
  type TokenPayload,
  unpackReceiptPayload,
  unpackTokenPayload,
} from './payloads.ts'
import { InvalidTokenPayload } from './payload-fields.ts'

type Fixture = {
  readonly key: string
  readonly tokens: readonly { payload: TokenPayload; issuedAt: number; iv: string; packed: string; token: string }[]
  readonly receipt: { readonly payload: ReceiptPayload; readonly packed: string }
}

const fixture: Fixture = JSON.parse(readFileSync(new URL('payloads.fixture.json', import.meta.url), 'utf8'))
const key = parseFernetKey(fixture.key)

describe("Keystone's tokens", () => {
  it.each(fixture.tokens)('$payload.scope.kind, issued at $issuedAt', ({ payload, issuedAt, iv, packed, token }) => {
    expect(packTokenPayload(payload).toString('hex')).toBe(packed)
    expect(unpackTokenPayload(Buffer.from(packed, 'hex'))).toEqual(payload)
    expect(encryptFernet(key, packTokenPayload(payload), issuedAt, Buffer.from(iv, 'hex'))).toBe(token)
    expect(unpackTokenPayload(decryptFernet([key], token, { now: issuedAt }).payload)).toEqual(payload)
  })

  it('as receipts', () => {
    expect(packReceiptPayload(fixture.receipt.payload).toString('hex')).toBe(fixture.receipt.packed)
    expect(unpackReceiptPayload(Buffer.from(fixture.receipt.packed, 'hex'))).toEqual(fixture.receipt.payload)
  })

  it('refuses every cut and every changed byte with one error, or reads a payload', () => {
    let refused = 0
    for (const { packed } of fixture.tokens) {
      const bytes = Buffer.from(packed, 'hex')
      for (let at = 0; at < bytes.length; at++) {
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ 0x55
        for (const candidate of [bytes.subarray(0, at), changed]) {
          try {
            expect(typeof unpackTokenPayload(candidate).userId).toBe('string')
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidTokenPayload)
            refused++
          }
        }
      }
    }
    expect(refused).toBeGreaterThan(2000)
  })
})
