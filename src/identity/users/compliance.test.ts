import { afterEach, describe, expect, it } from 'vitest'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'

const DAY = 86_400_000
let identity: TestIdentity | undefined
afterEach(() => identity?.stop())

/** Identity with some demands, a user, and what that user can do. */
async function start(security_compliance: object, user: object = {}) {
  const running = await startIdentity({ security_compliance })
  identity = running
  const created = await running.admin('POST', '/v3/users', { user: { name: 'u', password: 'first', ...user } })
  const id = created.status === 201 ? at(created, 'user', 'id') : ''
  const login = async (password: string) => (await running.login({ id, password }, 'unscoped')).status
  const change = async (original_password: string, password: string) => {
    const body = { user: { original_password, password } }
    return (await running.call('POST', `/v3/users/${id}/password`, { token: '', body })).status
  }
  const patch = (changes: object) => running.admin('PATCH', `/v3/users/${id}`, { user: changes })
  return { running, created, id, login, change, patch }
}

describe('security compliance', () => {
  it('locks accounts after wrong passwords, for a while', async () => {
    const { running, login, patch } = await start({ lockout_failure_attempts: 2, lockout_duration: 60 })
    expect(await login('wrong')).toBe(401)
    expect(await login('first')).toBe(201)
    for (const password of ['wrong', 'wrong', 'first']) expect(await login(password)).toBe(401)
    running.clock.ms += 61_000
    expect(await login('first')).toBe(201)
    for (const password of ['wrong', 'wrong', 'first']) expect(await login(password)).toBe(401)
    await patch({ enabled: true })
    expect(await login('first')).toBe(201)
    await patch({ options: { ignore_lockout_failure_attempts: true } })
    for (let i = 0; i < 3; i++) await login('wrong')
    expect(await login('first')).toBe(201)
  })

  it('lets passwords expire, and expired ones be changed', async () => {
    const { running, created, login, change, patch } = await start({ password_expires_days: 90 })
    expect(created.body).toMatchObject({ user: { password_expires_at: '2027-02-19T03:00:00.000000Z' } })
    running.clock.ms += 91 * DAY
    expect(await login('first')).toBe(401)
    expect(await change('wrong', 'second')).toBe(401)
    expect(await change('first', 'second')).toBe(204)
    running.clock.ms += 1000
    expect(await login('second')).toBe(201)
    running.clock.ms += 91 * DAY
    await patch({ options: { ignore_password_expiry: true } })
    expect(await login('second')).toBe(201)
  })

  it('wants new passwords to be new, old enough and well formed', async () => {
    const { running, change, patch } = await start({
      unique_last_password_count: 2,
      minimum_password_age: 1,
      password_regex: '[a-z]{5,}',
      password_regex_description: 'five letters',
    })
    running.clock.ms += 1000
    expect(await change('first', 'first')).toBe(400)
    expect(await change('first', 'no')).toBe(400)
    expect(await change('first', 'second')).toBe(204)
    expect(await change('second', 'third')).toBe(400)
    running.clock.ms += DAY
    expect(await change('second', 'first')).toBe(400)
    expect(await change('second', 'third')).toBe(204)
    running.clock.ms += DAY
    expect(await change('third', 'first')).toBe(204)
    const refused = await patch({ password: '12345' })
    expect(refused).toMatchObject({
      status: 400,
      body: { error: { message: 'The password does not match the requirements: five letters.' } },
    })
    expect((await patch({ password: 'third' })).status).toBe(200)
  })

  it('wants a password that an administrator has set to be changed first', async () => {
    const { running, login, change, patch } = await start({ change_password_upon_first_use: true })
    expect(await login('first')).toBe(401)
    expect(await change('first', 'mine')).toBe(204)
    running.clock.ms += 1000
    expect(await login('mine')).toBe(201)
    await patch({ password: 'again', options: { ignore_change_password_upon_first_use: true } })
    running.clock.ms += 1000
    expect(await login('again')).toBe(201)
  })

  it('puts accounts to sleep that nobody uses', async () => {
    const { running, login, patch } = await start({ disable_user_account_days_inactive: 30 })
    for (let month = 0; month < 2; month++) {
      running.clock.ms += 29 * DAY
      expect(await login('first')).toBe(201)
      await running.token()
    }
    running.clock.ms += 15 * DAY
    await running.token()
    running.clock.ms -= 15 * DAY
    running.clock.ms += 30 * DAY
    expect(await login('first')).toBe(401)
    await patch({ options: { ignore_user_inactivity: true } })
    expect(await login('first')).toBe(201)
  })
})
