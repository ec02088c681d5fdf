import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, startIdentity, type TestIdentity } from '../testing/identity.ts'

let identity: TestIdentity
let service: string
let endpoint: string
beforeAll(async () => {
  identity = await startIdentity()
  service = at(await identity.admin('GET', '/v3/services?type=identity'), 'services', 0, 'id')
  endpoint = at(await identity.admin('GET', '/v3/endpoints?interface=public'), 'endpoints', 0, 'id')
})
afterAll(() => identity.stop())

const create = async (blob: string) =>
  at(await identity.admin('POST', '/v3/policies', { policy: { blob, type: 'application/json' } }), 'policy', 'id')
const place = (policy: string, path: string) => `/v3/policies/${policy}/OS-ENDPOINT-POLICY/${path}`
const inForce = () => identity.admin('GET', `/v3/endpoints/${endpoint}/OS-ENDPOINT-POLICY/policy`)

describe('policies', () => {
  it('are made, shown, listed, changed and deleted', async () => {
    const policy = { blob: '{}', type: 'application/json', colour: 'red' }
    const created = await identity.admin('POST', '/v3/policies', { policy })
    expect(created).toMatchObject({ status: 201, body: { policy } })
    const path = `/v3/policies/${at(created, 'policy', 'id')}`
    expect((await identity.admin('GET', path)).body).toEqual(created.body)
    expect((await identity.admin('GET', '/v3/policies?type=application/json')).body).toMatchObject({
      policies: { length: 1 },
    })
    const found = async (query: string) => (await identity.admin('GET', `/v3/policies?${query}`)).body
    expect(await found('type__contains=json')).toMatchObject({ policies: { length: 1 } })
    expect(await found('type__contains=xml')).toMatchObject({ policies: { length: 0 } })
    expect((await identity.admin('PATCH', path, { policy: { blob: 'b' } })).body).toMatchObject({
      policy: { ...policy, blob: 'b' },
    })
    expect((await identity.admin('POST', '/v3/policies', { policy: { type: 't' } })).status).toBe(400)
    expect((await identity.admin('DELETE', path)).status).toBe(204)
    expect((await identity.admin('GET', path)).status).toBe(404)
  })

  it('are in force where they are put: the endpoint before its region before its service', async () => {
    const [own, regional, general] = [await create('own'), await create('regional'), await create('general')]
    expect((await inForce()).status).toBe(404)
    const steps = [
      [general, place(general, `services/${service}`)],
      [regional, place(regional, `services/${service}/regions/RegionOne`)],
      [own, place(own, `endpoints/${endpoint}`)],
    ] as const
    for (const [id, path] of steps) {
      expect((await identity.admin('GET', path)).status).toBe(404)
      expect((await identity.admin('PUT', path)).status).toBe(204)
      expect((await identity.admin('GET', path)).status).toBe(204)
      expect((await inForce()).body).toMatchObject({ policy: { id } })
    }
    expect((await identity.admin('GET', place(own, 'endpoints'))).body).toMatchObject({ endpoints: [{ id: endpoint }] })
    expect((await identity.admin('GET', place(general, 'endpoints'))).body).toMatchObject({ endpoints: { length: 3 } })
    expect((await identity.admin('DELETE', place(own, `endpoints/${endpoint}`))).status).toBe(204)
    expect((await inForce()).body).toMatchObject({ policy: { id: regional } })
    await identity.admin('DELETE', `/v3/policies/${regional}`)
    expect((await inForce()).body).toMatchObject({ policy: { id: general } })
    expect((await identity.admin('PUT', place(own, 'endpoints/none'))).status).toBe(404)
    expect((await identity.admin('PUT', place('none', `endpoints/${endpoint}`))).status).toBe(404)
  })
})
