import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { detailOf, startPlacement, type TestPlacement } from '../testing/placement.ts'

let started: TestPlacement
let at: TestPlacement['at']
let newest: TestPlacement['newest']
let makeProvider: TestPlacement['makeProvider']
beforeAll(async () => {
  started = await startPlacement()
  ;({ at, newest, makeProvider } = started)
})
afterAll(() => started.stop())

describe('inventories', () => {
  it('are replaced, changed, shown and deleted under the generation of their provider', async () => {
    const uuid = await makeProvider('inventories')
    const path = `/resource_providers/${uuid}/inventories`
    const created = await newest('POST', path, { resource_class: 'VCPU', total: 8 })
    expect(created).toMatchObject({
      status: 201,
      body: {
        total: 8,
        reserved: 0,
        min_unit: 1,
        max_unit: 2147483647,
        step_size: 1,
        allocation_ratio: 1,
        resource_provider_generation: 1,
      },
    })
    expect((await newest('POST', path, { resource_class: 'VCPU', total: 8 })).status).toBe(409)
    const stale = { resource_provider_generation: 0, inventories: {} }
    expect(await newest('PUT', path, stale)).toMatchObject({
      status: 409,
      body: { errors: [{ code: 'placement.concurrent_update' }] },
    })
    const all = { resource_provider_generation: 1, inventories: { VCPU: { total: 4 }, MEMORY_MB: { total: 1024 } } }
    expect(await newest('PUT', path, all)).toMatchObject({
      status: 200,
      body: { resource_provider_generation: 2, inventories: { VCPU: { total: 4 }, MEMORY_MB: { total: 1024 } } },
    })
    const one = { resource_provider_generation: 2, total: 6, allocation_ratio: 2.5 }
    expect((await newest('PUT', `${path}/VCPU`, one)).body).toMatchObject({ total: 6, allocation_ratio: 2.5 })
    expect((await newest('GET', `${path}/VCPU`)).body).toMatchObject({ total: 6, resource_provider_generation: 3 })
    expect((await newest('DELETE', `${path}/MEMORY_MB`)).status).toBe(204)
    expect((await newest('GET', `${path}/MEMORY_MB`)).status).toBe(404)
    expect([(await at(4, 'DELETE', path)).status, (await at(5, 'DELETE', path)).status]).toEqual([405, 204])
    expect((await newest('GET', path)).body).toEqual({ resource_provider_generation: 5, inventories: {} })
  })

  it('may be reserved whole from 1.26 on, never more', async () => {
    const uuid = await makeProvider('reserved')
    const put = (minor: number, generation: number, reserved: number) =>
      at(minor, 'PUT', `/resource_providers/${uuid}/inventories`, {
        resource_provider_generation: generation,
        inventories: { VCPU: { total: 4, reserved } },
      })
    expect(detailOf(await put(25, 0, 4))).toContain('The reserved value is greater than or equal to total.')
    expect((await put(26, 0, 4)).status).toBe(200)
    expect(detailOf(await put(26, 1, 5))).toContain('The reserved value is greater than total.')
  })

  it('refuse classes that do not exist and numbers out of range', async () => {
    const uuid = await makeProvider('refuse')
    const path = `/resource_providers/${uuid}/inventories`
    const put = (inventories: object) => newest('PUT', path, { resource_provider_generation: 0, inventories })
    expect(detailOf(await put({ CUSTOM_NONE: { total: 1 } }))).toContain('No such resource class CUSTOM_NONE.')
    for (const fields of [{ total: 0 }, { total: 2147483648 }, { total: 1, min_unit: 0 }, { total: 1, extra: 1 }, {}]) {
      expect((await put({ VCPU: fields })).status).toBe(400)
    }
  })
})
