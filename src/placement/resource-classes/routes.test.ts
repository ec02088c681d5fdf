import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPlacement, type TestPlacement } from '../testing/placement.ts'

let started: TestPlacement
let at: TestPlacement['at']
let newest: TestPlacement['newest']
beforeAll(async () => {
  started = await startPlacement()
  ;({ at, newest } = started)
})
afterAll(() => started.stop())

describe('resource classes', () => {
  it('are renamed until 1.6 and made by PUT from 1.7', async () => {
    expect((await at(2, 'POST', '/resource_classes', { name: 'CUSTOM_A' })).status).toBe(201)
    expect((await at(2, 'POST', '/resource_classes', { name: 'CUSTOM_A' })).status).toBe(409)
    expect((await at(6, 'PUT', '/resource_classes/CUSTOM_A', { name: 'CUSTOM_B' })).body).toMatchObject({
      name: 'CUSTOM_B',
    })
    expect((await newest('GET', '/resource_classes/CUSTOM_A')).status).toBe(404)
    expect((await at(7, 'PUT', '/resource_classes/CUSTOM_B')).status).toBe(204)
    expect((await at(7, 'PUT', '/resource_classes/CUSTOM_C')).status).toBe(201)
    expect((await at(7, 'PUT', '/resource_classes/VCPU')).status).toBe(400)
    expect((await newest('DELETE', '/resource_classes/CUSTOM_C')).status).toBe(204)
    expect((await newest('DELETE', '/resource_classes/VCPU')).status).toBe(400)
    expect(JSON.stringify((await newest('GET', '/resource_classes')).body)).toContain('{"name":"VCPU"')
  })
})
