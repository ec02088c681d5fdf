import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPlacement, type TestPlacement } from '../testing/placement.ts'

let started: TestPlacement
let newest: TestPlacement['newest']
let makeProvider: TestPlacement['makeProvider']
beforeAll(async () => {
  started = await startPlacement()
  ;({ newest, makeProvider } = started)
})
afterAll(() => started.stop())

describe('traits', () => {
  it('are made, given to providers, and kept while in use', async () => {
    const uuid = await makeProvider('traits')
    expect((await newest('PUT', '/traits/CUSTOM_GOLD')).status).toBe(201)
    expect((await newest('PUT', '/traits/CUSTOM_GOLD')).status).toBe(204)
    expect((await newest('PUT', '/traits/GOLD')).status).toBe(400)
    expect((await newest('GET', '/traits?name=in:CUSTOM_GOLD,HW_CPU_X86_VMX')).body).toEqual({
      traits: ['HW_CPU_X86_VMX', 'CUSTOM_GOLD'],
    })
    const path = `/resource_providers/${uuid}/traits`
    const body = { traits: ['CUSTOM_GOLD'], resource_provider_generation: 0 }
    expect((await newest('PUT', path, body)).body).toEqual({ traits: ['CUSTOM_GOLD'], resource_provider_generation: 1 })
    expect((await newest('PUT', path, body)).status).toBe(409)
    expect((await newest('GET', '/traits?name=startswith:custom&associated=true')).body).toEqual({
      traits: ['CUSTOM_GOLD'],
    })
    expect((await newest('DELETE', '/traits/CUSTOM_GOLD')).status).toBe(409)
    expect((await newest('DELETE', path)).status).toBe(204)
    expect((await newest('DELETE', '/traits/CUSTOM_GOLD')).status).toBe(204)
    expect((await newest('GET', '/traits/CUSTOM_GOLD')).status).toBe(404)
    expect((await newest('DELETE', '/traits/HW_CPU_X86_VMX')).status).toBe(400)
    expect((await newest('GET', '/traits?associated=maybe')).status).toBe(400)
  })
})
