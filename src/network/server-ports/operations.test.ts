import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx } from '#platform/context.ts'
import { ourProject, personas } from '#platform/testing/personas.ts'
import { idOf, listOf, objectOf, startNetwork, type TestNetwork } from '../testing/cloud.ts'

let cloud: TestNetwork
let network: string

/** A context as compute has it: of the caller, and with rules that are not the network's. */
const asMember = (): Ctx => Object.create(cloud.ctx(), { caller: { value: personas.member, enumerable: true } })

beforeAll(async () => {
  cloud = await startNetwork()
  network = idOf(await cloud.api('POST', '/v2.0/networks', { body: { network: { name: 'net' } }, token: 'member' }))
  // Addresses are dealt out at random: those that a test names are outside the pool.
  const allocation_pools = [{ start: '10.1.0.100', end: '10.1.0.200' }]
  const body = { subnet: { network_id: network, ip_version: 4, cidr: '10.1.0.0/24', allocation_pools } }
  await cloud.api('POST', '/v2.0/subnets', { body, token: 'member' })
})
afterAll(() => cloud.stop())

const newServer = () => ({ id: randomUUID(), projectId: ourProject, hostname: 'web1', host: 'host1', zone: 'nova' })
const request = (over: object = {}) => ({
  portId: randomUUID(),
  existing: false,
  networkId: network,
  fixedIp: null,
  tag: null,
  ...over,
})

describe('ports of servers', () => {
  it('are planned: the only network, those named, none', async () => {
    const ctx = asMember()
    expect(await cloud.network.planPorts(ctx, { kind: 'none' }, 1)).toEqual([])
    expect(await cloud.network.planPorts(ctx, { kind: 'auto' }, 1)).toEqual([
      { networkId: network, portId: null, fixedIp: null, tag: null },
    ])
    const items = [{ networkId: randomUUID(), portId: null, fixedIp: null, tag: null }]
    await expect(cloud.network.planPorts(ctx, { kind: 'list', items }, 1)).rejects.toMatchObject({ status: 404 })
    await expect(cloud.network.planPorts(ctx, { kind: 'auto' }, 1000)).rejects.toMatchObject({
      status: 403,
      message: 'Maximum number of ports exceeded',
    })
    const bare = idOf(await cloud.api('POST', '/v2.0/networks', { body: { network: {} }, token: 'member' }))
    await expect(cloud.network.planPorts(ctx, { kind: 'auto' }, 1)).rejects.toMatchObject({ status: 409 })
    const empty = [{ networkId: bare, portId: null, fixedIp: null, tag: null }]
    await expect(cloud.network.planPorts(ctx, { kind: 'list', items: empty }, 1)).rejects.toThrow(/requires a subnet/)
    await cloud.api('DELETE', `/v2.0/networks/${bare}`)
  })

  it('are made and bound once, and go with the server', async () => {
    const ctx = asMember()
    const server = newServer()
    const wanted = [request({ fixedIp: '10.1.0.50' })]
    const [port] = await cloud.network.allocatePorts(ctx, server, wanted, [])
    expect(port).toMatchObject({
      id: wanted[0]?.portId,
      networkName: 'net',
      mtu: 1442,
      securityGroups: ['default'],
      ownedByServer: true,
      fixedIps: [{ address: '10.1.0.50' }],
    })
    expect(await cloud.network.allocatePorts(ctx, server, wanted, [])).toHaveLength(1)
    await cloud.settled()
    expect(await cloud.network.listServerPorts(ctx, server.id)).toMatchObject([{ status: 'ACTIVE' }])
    expect(await cloud.network.findServerByAddress(ctx, network, '10.1.0.50')).toBe(server.id)
    expect(await cloud.network.findServerByAddress(ctx, network, '10.1.0.51')).toBeNull()
    const shown = objectOf(await cloud.api('GET', `/v2.0/ports/${port?.id ?? ''}`))
    expect(shown).toMatchObject({ device_owner: 'compute:nova', 'binding:host_id': 'host1', 'binding:vif_type': 'ovs' })
    await cloud.network.releasePorts(ctx, server.id)
    await cloud.network.releasePorts(ctx, server.id)
    expect(listOf(await cloud.api('GET', `/v2.0/ports?device_id=${server.id}`))).toEqual([])
  })

  it('that existed are taken, and let go', async () => {
    const ctx = asMember()
    const server = newServer()
    const id = idOf(
      await cloud.api('POST', '/v2.0/ports', { body: { port: { network_id: network } }, token: 'member' }),
    )
    const wanted = [request({ portId: id, existing: true })]
    expect(await cloud.network.allocatePorts(ctx, server, wanted, [])).toMatchObject([{ id, ownedByServer: false }])
    await expect(cloud.network.allocatePorts(ctx, newServer(), wanted, [])).rejects.toMatchObject({ status: 409 })
    const items = [{ networkId: null, portId: id, fixedIp: null, tag: null }]
    await expect(cloud.network.planPorts(ctx, { kind: 'list', items }, 1)).rejects.toThrow(
      `Port ${id} is still in use.`,
    )
    await cloud.network.releasePort(ctx, id)
    expect(objectOf(await cloud.api('GET', `/v2.0/ports/${id}`))).toMatchObject({
      device_id: '',
      device_owner: '',
      'binding:host_id': '',
      'binding:vif_type': 'unbound',
    })
    const missing = [request({ existing: true })]
    await expect(cloud.network.allocatePorts(ctx, server, missing, [])).rejects.toMatchObject({ status: 404 })
  })

  it('have security groups by name or id', async () => {
    const ctx = asMember()
    const [group] = await cloud.network.resolveSecurityGroups(ctx, ['default'])
    expect(group).toMatchObject({ name: 'default' })
    expect(await cloud.network.resolveSecurityGroups(ctx, [group?.id ?? ''])).toEqual([group])
    await expect(cloud.network.resolveSecurityGroups(ctx, ['none'])).rejects.toMatchObject({ status: 404 })
  })
})
