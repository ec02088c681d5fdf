import { afterAll, beforeAll, expect, it } from 'vitest'
import { startCompute, type TestCompute } from '../testing/cloud.ts'

let cloud: TestCompute
beforeAll(async () => {
  cloud = await startCompute()
})
afterAll(() => cloud.stop())

it('a private flavor is nobody’s until somebody is let in', async () => {
  const { compute } = cloud
  const secret = { id: '9', name: 'secret', ram: 64, vcpus: 1, disk: 1, 'os-flavor-access:is_public': false }
  expect((await compute('POST', '/v2.1/flavors', { body: { flavor: secret } })).status).toBe(200)
  const access = async () => (await compute('GET', '/v2.1/flavors/9/os-flavor-access')).body
  expect(await access()).toEqual({ flavor_access: [] })
  expect((await compute('GET', '/v2.1/flavors/9')).status).toBe(200)
  const seen = async (query: string) => (await compute('GET', `/v2.1/flavors?${query}`)).body
  expect(await seen('')).toEqual({ flavors: [] })
  expect(await seen('is_public=none')).toMatchObject({ flavors: [{ id: '9' }] })
  // Of what is repeated, the last counts.
  expect(await seen('is_public=true&is_public=none')).toMatchObject({ flavors: [{ id: '9' }] })
  expect(await seen('is_public=none&is_public=true')).toEqual({ flavors: [] })

  const add = { addTenantAccess: { tenant: 'p' } }
  expect((await compute('POST', '/v2.1/flavors/9/action', { body: add })).status).toBe(200)
  expect(await access()).toEqual({ flavor_access: [{ flavor_id: '9', tenant_id: 'p' }] })
})
