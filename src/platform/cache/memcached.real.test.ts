// The cache on a real memcached, private to this test: a unix socket would do, but its users reach it by TCP.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCache } from './cache.ts'

const program = '/usr/bin/memcached'

describe.skipIf(!existsSync(program))('memcached', () => {
  const port = 20_000 + (process.pid % 10_000)
  const url = `memcached://127.0.0.1:${port}`
  const server = existsSync(program)
    ? spawn(program, ['-u', 'nobody', '-l', '127.0.0.1', '-p', String(port), '-U', '0', '-m', '16'], {
        stdio: 'ignore',
      })
    : null
  beforeAll(async () => {
    const cache = openCache(url)
    const answers = async () => {
      await cache.set('ready', 'yes', 60)
      return (await cache.get('ready')) === 'yes'
    }
    for (let tries = 0; tries < 100 && !(await answers()); tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50))
    await cache.close()
  })
  afterAll(() => {
    server?.kill('SIGTERM')
  })

  it('keeps, shares and forgets values, whatever their keys are', async () => {
    const one = openCache(url)
    const two = openCache(url)
    const key = `a key with blanks, 하늘, and more than ${'x'.repeat(250)} characters`
    await one.set(key, '값', 60)
    expect(await two.get(key)).toBe('값')
    await two.delete(key)
    expect(await one.get(key)).toBeNull()
    await one.set('short', 'x', 1)
    await expect.poll(() => two.get('short'), { timeout: 4000 }).toBeNull()
    await one.close()
    await two.close()
  })

  it('is a cache that knows nothing while the server is away', async () => {
    const cache = openCache('memcached://127.0.0.1:1')
    await cache.set('a', 'b', 60)
    expect(await cache.get('a')).toBeNull()
    await cache.close()
  })
})
