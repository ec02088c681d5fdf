import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'
import { flushRevocations } from './reconcile.ts'

let identity: TestIdentity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.stop())

describe('revocation events', () => {
  it('say what was revoked, since when one asks, and are forgotten when no token can be that old', async () => {
    const user = at(await identity.admin('POST', '/v3/users', { user: { name: 'u', password: 'p' } }), 'user', 'id')
    await identity.admin('PATCH', `/v3/users/${user}`, { user: { enabled: false } })
    const listed = await identity.admin('GET', '/v3/OS-REVOKE/events')
    expect(listed).toMatchObject({
      status: 200,
      body: { events: [{ user_id: user, issued_before: '2026-11-21T03:00:00.000000Z' }], links: { next: null } },
    })
    expect((await identity.admin('GET', '/v3/OS-REVOKE/events?since=2026-11-21T04:00:00Z')).body).toMatchObject({
      events: [],
    })
    expect((await identity.admin('GET', '/v3/OS-REVOKE/events?since=yesterday')).status).toBe(400)
    const flush = flushRevocations(3_600_000)
    expect(await flush.run(identity.ctx())).toEqual({ removed: 0 })
    identity.clock.ms += 50 * 3_600_000
    expect(await flush.run(identity.ctx())).toEqual({ removed: 1 })
    expect((await identity.admin('GET', '/v3/OS-REVOKE/events')).body).toMatchObject({ events: [] })
  })
})
