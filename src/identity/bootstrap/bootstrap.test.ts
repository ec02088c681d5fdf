import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'
import { bootstrap } from './operations.ts'

let identity: TestIdentity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.stop())

const again = (url = 'http://cloud.test:5000/v3', hash = () => Promise.reject(new Error('asked for a password'))) =>
  bootstrap(identity.ctx(), 'RegionOne', [{ type: 'identity', name: 'keystone', url }], hash)
/** Everything a start makes. */
async function everything(): Promise<unknown[]> {
  const paths = ['domains', 'projects', 'users', 'roles', 'role_assignments', 'role_inferences', 'regions', 'services']
  return Promise.all([...paths, 'endpoints'].map(async (path) => (await identity.admin('GET', `/v3/${path}`)).body))
}
const url = async (id: string) => at(await identity.admin('GET', `/v3/endpoints/${id}`), 'endpoint', 'url')

describe('what every cloud starts with', () => {
  it('is there: administrator, roles that imply each other, catalog', async () => {
    expect((await identity.admin('GET', '/v3/projects')).body).toMatchObject({
      projects: expect.arrayContaining(['admin', 'service'].map((name) => expect.objectContaining({ name }))),
    })
    const roles = await identity.admin('GET', '/v3/roles')
    expect(roles.body).toMatchObject({ roles: { length: 5 } })
    expect(at(roles, 'roles', 0, 'name')).toBeTruthy()
    const scoped = await identity.login(undefined, { system: { all: true } })
    expect(scoped.body).toMatchObject({ token: { roles: { length: 4 }, system: { all: true } } })
    expect((await identity.admin('GET', '/v3/endpoints')).body).toMatchObject({ endpoints: { length: 3 } })
  })

  it('is made once: a second start changes nothing and needs no password', async () => {
    await again()
    const before = await everything()
    await again()
    expect(await everything()).toEqual(before)
  })

  it('follows the cloud to another address, but not where an operator has said otherwise', async () => {
    const endpoints = await identity.admin('GET', '/v3/endpoints')
    const [mine, theirs] = [at(endpoints, 'endpoints', 0, 'id'), at(endpoints, 'endpoints', 1, 'id')]
    await identity.admin('PATCH', `/v3/endpoints/${theirs}`, { endpoint: { url: 'https://front.test/identity' } })
    await again('http://moved.test:5000/v3')
    expect(await url(mine)).toBe('http://moved.test:5000/v3')
    expect(await url(theirs)).toBe('https://front.test/identity')
  })

  it('keeps roles that nobody may change by mistake', async () => {
    const id = at(await identity.admin('GET', '/v3/roles?name=admin'), 'roles', 0, 'id')
    expect((await identity.admin('DELETE', `/v3/roles/${id}`)).status).toBe(403)
    expect((await identity.admin('PATCH', `/v3/roles/${id}`, { role: { name: 'x' } })).status).toBe(403)
  })
})
