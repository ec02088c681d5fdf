import { afterEach, describe, expect, it } from 'vitest'
import { startIdentity, type TestIdentity } from '../testing/identity.ts'
import { addressKey, createLoginGate, userKeys } from './gate.ts'

let identity: TestIdentity | undefined
afterEach(async () => {
  await identity?.stop()
  identity = undefined
})

describe('guessing', () => {
  it('is slowed down by user, by its id or name, also where only its password is changed', async () => {
    const running = await startIdentity({ login_limits: { user_failures: 3 } })
    identity = running
    const domain = { id: 'default' }
    const guess = (user: object) => running.login({ password: 'wrong', ...user }, 'unscoped')
    for (let tries = 0; tries < 3; tries++) expect((await guess({ name: 'admin', domain })).status).toBe(401)
    const refused = await guess({ name: 'admin', domain, password: running.password })
    expect(refused).toMatchObject({ status: 429, body: { error: { code: 429, title: 'Too Many Requests' } } })
    expect(refused.headers.get('retry-after')).toBe('20')
    expect((await guess({ name: 'other', domain })).status).toBe(401)
    running.clock.ms += 20_000
    expect((await guess({ name: 'admin', domain, password: running.password })).status).toBe(201)
    const change = () =>
      running.call('POST', '/v3/users/someone/password', {
        token: '',
        body: { user: { original_password: 'a', password: 'b' } },
      })
    for (let tries = 0; tries < 3; tries++) expect((await change()).status).toBe(401)
    expect((await change()).status).toBe(429)
  })

  it('is slowed down by address, and forgotten evenly', () => {
    const gate = createLoginGate({ address_failures: 60, user_failures: 0 })
    const keys = ['address 192.0.2.1', 'user x']
    for (let tries = 0; tries < 60; tries++) {
      gate.enter(keys, 0)
      gate.failed(keys, 0)
    }
    expect(() => gate.enter(keys, 0)).toThrow('Too many failed logins')
    expect(() => gate.enter(keys, 900)).toThrow('Too many failed logins')
    gate.enter(keys, 1000)
    gate.enter(['address 192.0.2.2', 'user x'], 0)
  })

  it('holds no more than it can: the oldest are forgotten', () => {
    const gate = createLoginGate({ address_failures: 1, user_failures: 0 })
    for (let host = 0; host < 10_001; host++) gate.failed([`address ${host}`], 0)
    gate.enter(['address 0'], 0)
    expect(() => gate.enter(['address 1'], 0)).toThrow()
  })

  it.each([
    ['127.0.0.1', []],
    ['::1', []],
    ['::ffff:127.0.0.1', []],
    ['::ffff:192.0.2.7', ['address 192.0.2.7']],
    ['2001:db8:1:2:3:4:5:6', ['address 2001:db8:1:2']],
    [undefined, []],
  ])('from %s counts as %j', (address, keys) => {
    expect(addressKey(address)).toEqual(keys)
  })

  it.each([
    [{ auth: { identity: { password: { user: { id: 'u' } }, totp: { user: { id: 'u' } } } } }, ['user u', 'user u']],
    [{ auth: { identity: { application_credential: { id: 'a' } } } }, ['user application_credential a']],
    [{ auth: { identity: { password: { user: { name: 'n', domain: { name: 'd' } } } } } }, ['user "d" n']],
    [{ auth: { identity: [] } }, []],
    [null, []],
  ])('of %j counts as %j', (body, keys) => {
    expect(userKeys(body, undefined)).toEqual(keys)
  })
})
