import { describe, expect, it } from 'vitest'
import { isoMicros, isoSeconds } from './clock.ts'

describe('times as texts', () => {
  it('are those of Date, whatever was asked before', () => {
    const day = 86_400_000
    const times = [0, 999, 59_999, 60_000, 3_599_999, day - 1, day, 951_782_399_999, 951_782_400_000, 1_780_000_000_123]
    for (const ms of [...times, ...times.toReversed(), 1_780_000_000_123.9, -1, -day - 1]) {
      const text = new Date(ms).toISOString()
      expect(isoSeconds(ms)).toBe(`${text.slice(0, 19)}Z`)
      expect(isoMicros(ms)).toBe(`${text.slice(0, 23)}000Z`)
    }
  })

  it('refuse what is no time', () => {
    expect(() => isoSeconds(Number.NaN)).toThrow(RangeError)
  })
})
