import { describe, expect, it } from 'vitest'
import { isTotpCode, totpCode } from './totp.ts'

/** The key of RFC 6238, appendix B: 12345678901234567890. */
const seed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

describe('a one-time password', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at %d s is that of RFC 6238', (seconds, code) => {
    expect(totpCode(seed, seconds * 1000)).toBe(code)
  })

  it('is good in its own half minute and as many later ones as one allows', () => {
    expect(isTotpCode(seed, '287082', 59_000, 0)).toBe(true)
    expect(isTotpCode(seed, '287082', 60_000, 0)).toBe(false)
    expect(isTotpCode(seed, '287082', 60_000, 1)).toBe(true)
    expect(isTotpCode(seed, '287082', 90_000, 1)).toBe(false)
    expect(isTotpCode(seed, '', 59_000, 1)).toBe(false)
  })

  it('needs a seed in base32', () => {
    expect(totpCode('', 0)).toBeUndefined()
    expect(totpCode('not base32!', 0)).toBeUndefined()
    expect(isTotpCode('not base32!', '', 0, 1)).toBe(false)
    expect(totpCode('GEZDGNBVGY3TQOI=', 59_000)).toMatch(/^\d{6}$/)
  })
})
