import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listOf, objectOf, startNetwork, type TestNetwork } from '../testing/cloud.ts'

let cloud: TestNetwork
beforeAll(async () => {
  cloud = await startNetwork()
})
afterAll(() => cloud.stop())

const agents = async () => listOf(await cloud.api('GET', '/v2.0/agents'))
const pathOf = async (at: number): Promise<string> => `/v2.0/agents/${String((await agents())[at]?.id)}`

describe('agents', () => {
  it('are shown to administrators alone', async () => {
    expect((await agents()).map((agent) => agent.agent_type)).toEqual([
      'OVN Controller Gateway agent',
      'OVN Metadata agent',
    ])
    const path = await pathOf(0)
    expect(objectOf(await cloud.api('GET', path))).toMatchObject({ host: 'host1', alive: true })
    expect((await cloud.api('GET', '/v2.0/agents', { token: 'member' })).body).toEqual({ agents: [] })
    expect((await cloud.api('GET', path, { token: 'member' })).status).toBe(404)
    expect((await cloud.api('DELETE', path, { token: 'member' })).status).toBe(404)
    const described = await cloud.api('PUT', path, { token: 'member', body: { agent: { description: 'x' } } })
    expect(described.status).toBe(404)
  })

  it('are described, but not switched off', async () => {
    const path = await pathOf(1)
    const put = (agent: object) => cloud.api('PUT', path, { body: { agent } })
    expect(objectOf(await put({ description: 'in the cellar', admin_state_up: true }))).toMatchObject({
      description: 'in the cellar',
    })
    expect((await agents()).map(({ description }) => description)).toEqual(['', 'in the cellar'])
    expect(await put({ admin_state_up: false })).toMatchObject({
      status: 400,
      body: { NeutronError: { message: 'Bad agent request: OVN agent status cannot be updated.' } },
    })
    expect(await put({ alive: true })).toMatchObject({
      status: 400,
      body: { NeutronError: { message: 'Cannot update read-only attribute alive' } },
    })
    expect((await put({ nonsense: 1 })).status).toBe(400)
  })

  it('go with their host', async () => {
    const path = await pathOf(0)
    expect((await cloud.api('DELETE', path)).status).toBe(204)
    expect(await agents()).toEqual([])
    expect((await cloud.api('DELETE', path)).status).toBe(404)
  })
})
