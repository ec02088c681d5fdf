import { expect, it } from 'vitest'
import { createSealingKey, seal, unseal } from './seal.ts'

const key = createSealingKey(Buffer.alloc(32, 1))

it('opens what it sealed, and each sealing differs', () => {
  const sealed = seal(key, '비밀 secret', 'a/b')
  expect(sealed).not.toBe(seal(key, '비밀 secret', 'a/b'))
  expect(unseal(key, sealed, 'a/b')).toBe('비밀 secret')
  expect(unseal(key, seal(key, '', ''), '')).toBe('')
})

it('does not open for another purpose, with another key, or when changed', () => {
  const sealed = seal(key, 'secret', 'a/b')
  expect(() => unseal(key, sealed, 'a/c')).toThrow()
  expect(() => unseal(createSealingKey(Buffer.alloc(32, 2)), sealed, 'a/b')).toThrow()
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1)
    if (Buffer.from(changed.slice(3), 'base64url').equals(Buffer.from(sealed.slice(3), 'base64url')) && at > 2) continue
    expect(() => unseal(key, changed, 'a/b')).toThrow()
  }
  expect(() => unseal(key, '', '')).toThrow()
  expect(() => createSealingKey(Buffer.alloc(16))).toThrow(RangeError)
})
