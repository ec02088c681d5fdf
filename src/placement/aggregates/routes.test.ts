import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPlacement, type TestPlacement } from '../testing/placement.ts'

let started: TestPlacement
let at: TestPlacement['at']
let makeProvider: TestPlacement['makeProvider']
beforeAll(async () => {
  started = await startPlacement()
  ;({ at, makeProvider } = started)
})
afterAll(() => started.stop())

describe('aggregates', () => {
  it('carry a generation from 1.19 on', async () => {
    const uuid = await makeProvider('aggregates')
    const path = `/resource_providers/${uuid}/aggregates`
    const aggregate = crypto.randomUUID()
    expect((await at(18, 'PUT', path, [aggregate])).body).toEqual({ aggregates: [aggregate] })
    expect((await at(19, 'GET', path)).body).toEqual({ aggregates: [aggregate], resource_provider_generation: 0 })
    expect((await at(19, 'PUT', path, [aggregate])).status).toBe(400)
    const body = { aggregates: [], resource_provider_generation: 0 }
    expect((await at(19, 'PUT', path, body)).body).toEqual({ aggregates: [], resource_provider_generation: 1 })
    expect((await at(19, 'PUT', path, body)).status).toBe(409)
  })
})
