import { expect, test } from 'vitest'
import { createTurns } from './in-turn.ts'

test('one at a time for a key, in order, whatever fails; other keys do not wait', async () => {
  const inTurn = createTurns()
  const seen: string[] = []
  const slow = inTurn('a', async () => {
    await new Promise((resolve) => setTimeout(resolve, 20))
    seen.push('a1')
    throw new Error('a1 fails')
  })
  const next = inTurn('a', async () => void seen.push('a2'))
  await inTurn('b', async () => void seen.push('b1'))
  await expect(slow).rejects.toThrow('a1 fails')
  await next
  expect(seen).toEqual(['b1', 'a1', 'a2'])
})
