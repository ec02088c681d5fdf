import { describe, expect, it } from 'vitest'
import { begunRules, isEnough } from './rules.ts'

const user = (multi_factor_auth_rules: unknown, more = {}) => ({ options: { multi_factor_auth_rules, ...more } })

describe('the methods of a login', () => {
  it('suffice where there are no rules, or they are off', () => {
    expect(isEnough({ options: {} }, ['password'])).toBe(true)
    expect(isEnough(user([]), ['password'])).toBe(true)
    expect(isEnough(user([['totp']], { multi_factor_auth_enabled: false }), ['password'])).toBe(true)
  })

  it('must fulfil one rule whole', () => {
    const rules = user([['password', 'totp'], ['application_credential']])
    expect(isEnough(rules, ['password'])).toBe(false)
    expect(isEnough(rules, ['totp', 'password', 'token'])).toBe(true)
    expect(isEnough(rules, ['application_credential'])).toBe(true)
    expect(isEnough(rules, [])).toBe(false)
  })

  it('are compared without methods that do not exist here, and rules of only those are none', () => {
    expect(isEnough(user([['password', 'retina']]), ['password'])).toBe(true)
    expect(isEnough(user([['retina']]), ['password'])).toBe(true)
    expect(isEnough(user([['retina'], ['totp']]), ['password'])).toBe(false)
  })

  it('tell which rules were begun', () => {
    const rules = user([
      ['password', 'totp'],
      ['password', 'oauth1'],
      ['totp', 'oauth1'],
    ])
    expect(begunRules(rules, ['password'])).toEqual([
      ['password', 'totp'],
      ['password', 'oauth1'],
    ])
  })
})
