import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { openHasher } from './hasher.ts'

/** The ports to threads that keep this process from ending. */
const portsThatKeep = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length

const piece = () => {
  const bytes = new SharedArrayBuffer(3)
  new Uint8Array(bytes).set([1, 2, 3])
  return bytes
}

test('hashes share a thread and do not mix', async () => {
  const one = openHasher('md5')
  const two = openHasher('md5')
  await Promise.all([one.update(piece(), 3), two.update(piece(), 2), one.update(piece(), 1)])
  const [first, second] = await Promise.all([one.digest(), two.digest()])
  one.close()
  two.close()
  expect(first).toBe(hash('md5', Buffer.from([1, 2, 3, 1])))
  expect(second).toBe(hash('md5', Buffer.from([1, 2])))
})

test('a thread keeps the process while it hashes, and no longer: a controller ends at once after an upload', async () => {
  const before = portsThatKeep()
  const hasher = openHasher('sha512')
  const other = openHasher('sha512')
  await hasher.update(piece(), 3)
  expect(portsThatKeep()).toBe(before + 1)
  await hasher.digest()
  hasher.close()
  expect(portsThatKeep()).toBe(before + 1)
  other.close()
  expect(portsThatKeep()).toBe(before)
})

test('a hash that is broken off leaves its thread to the next', async () => {
  openHasher('sha512').close()
  const hasher = openHasher('sha512')
  await hasher.update(piece(), 3)
  const digest = await hasher.digest()
  hasher.close()
  expect(digest).toBe(hash('sha512', Buffer.from([1, 2, 3])))
})
