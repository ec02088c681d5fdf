import { afterEach, describe, expect, it } from 'vitest'
import { createJwsKeyTexts } from '#lib/jws/jws.ts'
import { createIdentityTools } from '../operator/tools.ts'
import { readMasterKey } from '../secrets.ts'
import { startIdentity, type TestIdentity } from '../testing/identity.ts'
import { createTokenKeys } from './operations.ts'

let identity: TestIdentity | undefined
afterEach(async () => {
  await identity?.stop()
  identity = undefined
})

describe('tokens that are signed', () => {
  it('work as encrypted ones do, outlive a rotation, and end as they do', async () => {
    const running = await startIdentity({ token_provider: 'jws' })
    identity = running
    const token = await running.token()
    expect(token).toMatch(/^eyJ/)
    const validate = (subject: string, by = token) =>
      running.call('GET', '/v3/auth/tokens', { token: by, headers: { 'x-subject-token': subject } })
    expect((await validate(token)).body).toMatchObject({ token: { user: { name: 'admin' }, methods: ['password'] } })
    const tools = createIdentityTools(running.runtime.platform.config)
    await tools.rotateTokenKeys(running.ctx())
    running.clock.ms += 31_000
    expect((await validate(token)).status).toBe(200)
    const next = await running.token()
    running.clock.ms += 31_000
    expect((await validate(next)).status).toBe(200)
    for (const part of [0, 1, 2]) {
      const parts = token.split('.')
      parts[part] = `${parts[part]?.slice(0, -2)}AA`
      expect((await validate(parts.join('.'), next)).status).toBe(404)
    }
    await running.call('DELETE', '/v3/auth/tokens', { token: next, headers: { 'x-subject-token': token } })
    expect((await validate(token, next)).status).toBe(404)
    running.clock.ms += 3_600_000
    expect((await validate(next)).status).toBe(401)
  })

  it('are understood after a change of form, and so are the others before it', async () => {
    const running = await startIdentity()
    identity = running
    const ctx = running.ctx()
    const masterKey = readMasterKey(running.runtime.platform.config.state)
    expect(await running.token()).toMatch(/^gA/)
    const keys = createTokenKeys(masterKey, 3, 'jws')
    await keys.load(ctx)
    expect(keys.jws()).toHaveLength(1)
    await keys.load(ctx)
    expect(keys.jws()).toHaveLength(1)
    for (let turn = 0; turn < 4; turn += 1) await keys.rotate(ctx)
    expect(keys.jws()).toHaveLength(3)
    const foreign = createJwsKeyTexts()
    expect(await keys.adoptJws(ctx, [foreign.publicPem], undefined)).toBe(1)
    expect(keys.jws()[0]?.signing).toBeNull()
    expect(await keys.adoptJws(ctx, [foreign.publicPem], foreign.privatePem)).toBe(1)
    expect(keys.jws()[0]?.signing).not.toBeNull()
    expect(await keys.adoptJws(ctx, [foreign.publicPem], foreign.privatePem)).toBe(0)
    await expect(keys.adoptJws(ctx, ['none'], undefined)).rejects.toThrow(RangeError)
  })
})
