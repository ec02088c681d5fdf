import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { seal } from '#lib/seal/seal.ts'
import { readMasterKey } from '../secrets.ts'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'
import { createCredentialKeys } from './keys.ts'
import { resealCredentials, rotateCredentialKeys } from './reconcile.ts'
import { createCredentialStore, credentialPurpose } from './store.ts'

const HOUR = 3_600_000
let identity: TestIdentity
beforeEach(async () => {
  identity = await startIdentity()
})
afterEach(() => identity.stop())

const masterKey = () => readMasterKey(identity.runtime.platform.config.state)
/** What another controller, or another process, has of it. */
const controller = () => {
  const keys = createCredentialKeys(masterKey())
  return { keys, credentials: createCredentialStore(keys) }
}
const create = async (blob: string) => {
  const credential = { type: 'cert', blob, user_id: 'u' }
  return at(await identity.admin('POST', '/v3/credentials', { credential }), 'credential', 'id')
}
const blobOf = async (id: string) => at(await identity.admin('GET', `/v3/credentials/${id}`), 'credential', 'blob')
const keyIds = async () => {
  const { rows } = await sql<{ key_id: number | null }>`select distinct key_id from identity_credentials`.execute(
    identity.ctx().db.read,
  )
  return rows.map(({ key_id }) => key_id)
}

describe('the keys of credentials', () => {
  it('are replaced while several controllers read and write', async () => {
    const id = await create('before')
    const other = controller()
    await other.keys.rotate(identity.ctx())
    expect(await blobOf(id)).toBe('before')
    const late = await create('after')
    expect(new Set(await keyIds())).toEqual(new Set([1, 2]))
    expect(await resealCredentials(identity.ctx(), other.credentials)).toBe(1)
    expect(await keyIds()).toEqual([2])
    expect([await blobOf(id), await blobOf(late)]).toEqual(['before', 'after'])
    expect(await resealCredentials(identity.ctx(), other.credentials)).toBe(0)
  })

  it('go once nothing is sealed by them and nobody can still be writing', async () => {
    await create('x')
    const { keys, credentials } = controller()
    await keys.rotate(identity.ctx())
    expect(await keys.drop(identity.ctx())).toBe(2)
    await resealCredentials(identity.ctx(), credentials)
    expect(await keys.drop(identity.ctx())).toBe(2)
    identity.clock.ms += HOUR
    expect(await keys.drop(identity.ctx())).toBe(1)
    await expect(controller().keys.find(identity.ctx(), 1)).rejects.toThrow('no credential key 1')
  })

  it('are taken up where a killed process left off, and what changes meanwhile stays changed', async () => {
    const ids = await Promise.all(['a', 'b', 'c'].map(create))
    const { keys, credentials } = controller()
    await keys.rotate(identity.ctx())
    expect(await credentials.reseal(identity.ctx(), 2)).toBe(2)
    const [first = ''] = ids
    await identity.admin('PATCH', `/v3/credentials/${first}`, { credential: { blob: 'changed' } })
    await resealCredentials(identity.ctx(), controller().credentials)
    expect(await keyIds()).toEqual([2])
    expect((await Promise.all(ids.map(blobOf))).toSorted()).toEqual(['b', 'c', 'changed'])
  })

  it('take over what the master key sealed', async () => {
    const id = await create('old')
    const sealed = seal(masterKey(), 'old', credentialPurpose(id))
    await sql`update identity_credentials set sealed = ${sealed}, key_id = null`.execute(identity.ctx().db.write)
    expect(await blobOf(id)).toBe('old')
    expect(await resealCredentials(identity.ctx(), controller().credentials)).toBe(1)
    expect(await keyIds()).toEqual([1])
    expect(await blobOf(id)).toBe('old')
  })

  it('rotate by themselves when they are old enough', async () => {
    const id = await create('x')
    const { keys, credentials } = controller()
    const monthly = rotateCredentialKeys(keys, credentials, 720 * HOUR)
    expect(await monthly.run(identity.ctx())).toEqual({ rotated: false, sealed: 0, keys: 1 })
    identity.clock.ms += 721 * HOUR
    expect(await monthly.run(identity.ctx())).toEqual({ rotated: true, sealed: 1, keys: 2 })
    expect(await rotateCredentialKeys(keys, credentials, 0).run(identity.ctx())).toMatchObject({ rotated: false })
    identity.clock.ms += HOUR
    expect(await monthly.run(identity.ctx())).toEqual({ rotated: false, sealed: 0, keys: 1 })
    identity.clock.ms -= 722 * HOUR
    expect(await blobOf(id)).toBe('x')
  })
})
