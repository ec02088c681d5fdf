import { expect, it } from 'vitest'
import { openCache } from './cache.ts'

it('keeps values for their time', async () => {
  const cache = openCache('')
  await cache.set('a', 'b', 0.02)
  expect(await cache.get('a')).toBe('b')
  await expect.poll(() => cache.get('a')).toBeNull()
  await cache.set('a', 'c', 60)
  await cache.delete('a')
  expect(await cache.get('a')).toBeNull()
  await cache.close()
})
