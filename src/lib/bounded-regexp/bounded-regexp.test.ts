import { describe, expect, it } from 'vitest'
import { RegExpFailure, searches } from './bounded-regexp.ts'

/** What ends at once does so on a busy machine, too. */
const PLENTY_MS = 10_000

describe('a bounded search', () => {
  it.each([
    ['a.c', 'xabcx', true],
    ['^b', 'abc', false],
    ['(?i)ADMIN$', 'the admin', true],
    ['(?P<x>a)(?P=x)', 'aa', true],
    ['\\Aa.*c\\Z', 'abc', true],
    ['\\Ab', 'abc', false],
    ['\\\\A', '\\A', true],
    ['', 'anything', true],
  ])('for %s in %s', (pattern, text, found) => {
    expect(searches(pattern, text, PLENTY_MS)).toBe(found)
  })

  it.each([
    ['a pattern that is none', '(', 'x'],
    ['one without end', '^(a+)+$', `${'a'.repeat(60)}b`],
    ['a text without end', 'a', 'a'.repeat(70_000)],
  ])('fails for %s', (_what, pattern, text) => {
    expect(() => searches(pattern, text)).toThrow(RegExpFailure)
    expect(searches('a', 'a', PLENTY_MS)).toBe(true)
  })
})
