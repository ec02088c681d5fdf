import { expect, test } from 'vitest'
import { lastLines } from './console.ts'

test.each([
  ['a\nb\nc\n', 2, 'b\nc\n'],
  ['a\nb\nc', 2, 'b\nc'],
  ['a\nb\n', 10, 'a\nb\n'],
  ['a\nb\n', 0, ''],
  ['a\nb\n', null, 'a\nb\n'],
  ['', 3, ''],
])('%j: the last %j lines', (text, lines, expected) => {
  expect(lastLines(text, lines)).toBe(expected)
})
