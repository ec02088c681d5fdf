// Ten thousand tokens that nobody issued, each made of good ones: none is taken, and none does more harm than to be refused.

import { randomBytes } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import { startIdentity, type TestIdentity } from '../testing/identity.ts'

/** For each kind of token; a few of them turn out to be good ones, and do not count. */
const COUNT = 5600
const AT_LEAST = 5000
const LINES = 32

let identity: TestIdentity | undefined
afterEach(async () => {
  await identity?.stop()
  identity = undefined
})

/** Any of the forgeries of two good tokens: bits, letters and parts that are not theirs, less of them, and more. */
function forge(one: string, two: string, index: number): string {
  const kind = index % 8
  const step = Math.floor(index / 8)
  const place = (step * 31) % one.length
  const letter = one[place] === 'A' ? 'B' : 'A'
  switch (kind) {
    case 0:
    case 1: {
      const parts = one.split('.')
      const part = step % parts.length
      const bytes = Buffer.from(parts[part] ?? '', 'base64url')
      const bit = (step * 2 + kind) % (bytes.length * 8)
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      return parts.with(part, bytes.toString('base64url')).join('.')
    }
    case 2:
      return one.slice(0, place) + letter + one.slice(place + 1)
    case 3:
      return one.slice(0, place)
    case 4:
      return one + two.slice(0, 1 + (step % two.length))
    case 5: {
      // Begins as one does and ends as the other: good tokens differ before and after.
      const middle = 20 + (step % (one.length - 40))
      return one.slice(0, middle) + two.slice(middle)
    }
    case 6:
      return one.slice(0, place) + one.slice(place + 1 + (step % 40)) + '.'.repeat(step % 3)
    default:
      return `${one.slice(0, step % 12)}${randomBytes(1 + (step % 300)).toString('base64url')}`
  }
}

it.each(['fernet', 'jws'])(
  'no forgery of a token of %s is accepted, as caller or as subject',
  async (token_provider) => {
    const running = await startIdentity({ token_provider })
    identity = running
    const good = await running.token()
    const token = await running.token(undefined, 'unscoped')
    const own = await running.token()
    const known = new Set([good, token, own, ''])
    const answers = new Map<string, number>()
    let next = 0
    const line = async () => {
      while (next < COUNT) {
        const index = next++
        const forged = forge(good, token, index)
        if (known.has(forged)) continue
        const asSubject = index % 2 === 0
        const { status, body } = asSubject
          ? await running.call('GET', '/v3/auth/tokens', { token: own, headers: { 'x-subject-token': forged } })
          : await running.call('GET', '/v3/regions', { token: forged })
        const answer = `${asSubject ? 'subject' : 'caller'} ${status}`
        answers.set(answer, (answers.get(answer) ?? 0) + 1)
        expect(body, forged).toMatchObject({ error: { code: asSubject ? 404 : 401 } })
      }
    }
    await Promise.all(Array.from({ length: LINES }, line))
    expect([...answers.keys()].toSorted()).toEqual(['caller 401', 'subject 404'])
    expect([...answers.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(AT_LEAST)
    expect((await running.call('GET', '/v3/regions', { token: good })).status).toBe(200)
  },
)
