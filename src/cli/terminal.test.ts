import { expect, test } from 'vitest'
import { messagesFor } from './messages.ts'
import { table } from './terminal.ts'

test('columns line up, Korean letters being two cells wide', () => {
  expect(
    table(
      ['이름', 'pid'],
      [
        ['nova', '1'],
        ['네트워크', '2'],
      ],
    ),
  ).toEqual(['이름      pid', 'nova      1', '네트워크  2'])
})

test('the language follows the locale', () => {
  expect(messagesFor({ LANG: 'ko_KR.UTF-8' }).yes).toBe('예')
  expect(messagesFor({ LANG: 'ko_KR.UTF-8', LC_ALL: 'C.UTF-8' }).yes).toBe('yes')
  expect(messagesFor({}).yes).toBe('yes')
})
