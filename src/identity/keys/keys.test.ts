import type { Ctx } from '#platform/context.ts'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readMasterKey } from '../secrets.ts'
import { startIdentity, type TestIdentity } from '../testing/identity.ts'
import { createTokenKeys } from './operations.ts'
import { rotateTokenKeys } from './reconcile.ts'
import { planRotation, tryingOrder } from './rules.ts'

describe('a rotation', () => {
  it('makes the staged key the primary and drops the oldest once there are too many', () => {
    expect(planRotation([0, 1], 3)).toEqual({ promoted: 2, removed: [] })
    expect(planRotation([0, 1, 2], 3)).toEqual({ promoted: 3, removed: [1] })
    expect(planRotation([0, 4, 5, 6, 7], 3)).toEqual({ promoted: 8, removed: [4, 5, 6] })
    expect(planRotation([0, 1], 1)).toEqual({ promoted: 2, removed: [1] })
  })

  it('has tokens tried by the primary, older ones, then the staged', () => {
    expect(tryingOrder([0, 1, 2, 10])).toEqual([10, 2, 1, 0])
  })
})

describe('the keys of several controllers', () => {
  let identity: TestIdentity
  beforeAll(async () => {
    identity = await startIdentity()
  })
  afterAll(() => identity.stop())

  it('stay the same ones through rotations, and tokens outlive them', async () => {
    const ctx = identity.ctx()
    const masterKey = readMasterKey(identity.runtime.platform.config.state)
    const [here, there] = [createTokenKeys(masterKey, 3), createTokenKeys(masterKey, 3)]
    await here.load(ctx)
    await there.load(ctx)
    expect(here.all()).toEqual(there.all())
    const token = await identity.token()
    const staged = here.all().at(-1)
    await here.rotate(ctx)
    expect(here.all()[0]).toEqual(staged)
    // What the other one has not read yet it knows as its staged key.
    expect(there.all()).toContainEqual(here.all()[0])
    const validate = () => identity.call('GET', '/v3/auth/tokens', { token, headers: { 'x-subject-token': token } })
    expect((await validate()).status).toBe(200)
    expect(await there.reload(ctx, ctx.now + 2000)).toBe(true)
    expect(there.all()).toEqual(here.all())
    expect(await there.reload(ctx, ctx.now + 2001)).toBe(false)
  })

  it('are rotated when they are old enough, and not before', async () => {
    const ctx = identity.ctx()
    const keys = createTokenKeys(readMasterKey(identity.runtime.platform.config.state), 3)
    const { run } = rotateTokenKeys(keys, 1000)
    await keys.load(ctx)
    const since = keys.rotatedAt()
    const at = (now: number): Ctx => Object.create(ctx, { now: { value: now } })
    expect(await run(at(since + 999))).toMatchObject({ rotated: false })
    expect(await run(at(since + 1000))).toMatchObject({ rotated: true, keys: 3 })
    expect(keys.rotatedAt()).toBe(since + 1000)
  })

  it('lie in the database sealed', async () => {
    const { rows } = await sql<{ sealed: string }>`select sealed from identity_token_keys`.execute(
      identity.ctx().db.read,
    )
    for (const { sealed } of rows) expect(sealed).not.toMatch(/^[\w-]{43}=$/)
  })
})
