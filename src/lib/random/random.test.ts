import { expect, test } from 'vitest'
import { randomHandful } from './random.ts'

test('handfuls never repeat, nor do they change once handed out', () => {
  const handfuls = Array.from({ length: 2000 }, () => randomHandful(16))
  const texts = new Set(handfuls.map((bytes) => bytes.toString('hex')))
  expect(texts.size).toBe(2000)
  expect(texts).not.toContain('0'.repeat(32))
  for (let index = 0; index < 2000; index++) randomHandful(32)
  expect(new Set(handfuls.map((bytes) => bytes.toString('hex')))).toEqual(texts)
})

test('a handful has the size asked for, up to that of the pool', () => {
  expect(randomHandful(4095)).toHaveLength(4095)
  expect(randomHandful(4096)).toHaveLength(4096)
  expect(() => randomHandful(4097)).toThrow(RangeError)
})
