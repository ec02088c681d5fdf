import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Fabric } from '../drivers/driver.ts'
import { FabricUnavailable } from '../drivers/driver.ts'
import { createSimulatedFabric } from '../drivers/simulated/fabric.ts'
import { idOf, objectOf, startNetwork, type TestNetwork } from '../testing/cloud.ts'

/** A fabric that can be away, lose everything, or refuse one object. */
function createFaultyFabric() {
  let inner = createSimulatedFabric({ hosts: () => ['host1'] })
  const state = { away: false, refused: '' }
  const guard = <T extends { readonly id: string }>(
    name: 'networks' | 'ports',
    objects: readonly T[],
  ): readonly T[] => {
    if (state.away) throw new FabricUnavailable('away')
    if (objects.some((object) => object.id === state.refused)) throw new Error(`${name}: refused`)
    return objects
  }
  const fabric: Fabric = {
    ...inner,
    networks: {
      ensure: async (objects) => inner.networks.ensure(guard('networks', objects)),
      remove: (ids) => inner.networks.remove(ids),
      revisions: () => inner.networks.revisions(),
    },
    ports: {
      ensure: async (objects) => inner.ports.ensure(guard('ports', objects)),
      remove: (ids) => inner.ports.remove(ids),
      revisions: () => inner.ports.revisions(),
    },
    isReady: () => !state.away,
    isPortUp: (id) => inner.isPortUp(id),
  }
  return {
    fabric,
    state,
    forget: () => {
      inner = createSimulatedFabric()
    },
    inner: () => inner,
  }
}

describe('the fabric', () => {
  const faulty = createFaultyFabric()
  let cloud: TestNetwork
  beforeAll(async () => {
    cloud = await startNetwork(faulty.fabric)
  })
  afterAll(() => cloud.stop())
  afterEach(() => {
    faulty.state.away = false
    faulty.state.refused = ''
  })
  const create = async () => idOf(await cloud.api('POST', '/v2.0/networks', { body: { network: {} } }))

  it('is told of what changed while it was away, of the last state alone', async () => {
    faulty.state.away = true
    const id = await create()
    await cloud.api('PUT', `/v2.0/networks/${id}`, { body: { network: { name: 'renamed' } } })
    const gone = await create()
    await cloud.api('DELETE', `/v2.0/networks/${gone}`)
    expect(await cloud.reconcile('network-fabric')).toMatchObject({ waiting: true })
    faulty.state.away = false
    await cloud.settled()
    expect(faulty.inner().networks.revisions().get(id)).toBe(2)
    expect(faulty.inner().networks.revisions().has(gone)).toBe(false)
  })

  it('that refuses one object is told of the others', async () => {
    await cloud.settled()
    faulty.state.away = true
    const [bad, good] = [await create(), await create()]
    faulty.state.away = false
    faulty.state.refused = bad
    const result = await cloud.reconcile('network-fabric')
    expect(result).toMatchObject({ refused: expect.any(Number) })
    expect(faulty.inner().networks.revisions().has(good)).toBe(true)
    expect(faulty.inner().networks.revisions().has(bad)).toBe(false)
    faulty.state.refused = ''
    await cloud.settled()
    expect(faulty.inner().networks.revisions().has(bad)).toBe(true)
  })

  it('that lost everything is filled anew by the audit, and freed of strangers', async () => {
    const id = await create()
    await cloud.settled()
    faulty.forget()
    const stranger = {
      id: 'stranger',
      name: '',
      revision: 1,
      mtu: 1442,
      type: 'geneve',
      physicalNetwork: null,
      segmentationId: 5,
      segmentId: 's',
      external: false,
      availabilityZoneHints: [],
    }
    await faulty.inner().networks.ensure([stranger])
    const found = await cloud.reconcile('network-fabric-audit')
    expect(found).toMatchObject({ network: { strangers: 1 } })
    expect(faulty.inner().networks.revisions().has(id)).toBe(true)
    expect(faulty.inner().networks.revisions().has('stranger')).toBe(false)
  })

  it('tells states of ports that nobody heard', async () => {
    const network = await create()
    const body = { port: { network_id: network, device_owner: 'compute:nova', 'binding:host_id': 'host1' } }
    const port = idOf(await cloud.api('POST', '/v2.0/ports', { body, token: 'admin' }))
    await cloud.settled()
    expect(objectOf(await cloud.api('GET', `/v2.0/ports/${port}`))).toMatchObject({ status: 'DOWN' })
    await cloud.reconcile('network-fabric-audit')
    expect(objectOf(await cloud.api('GET', `/v2.0/ports/${port}`))).toMatchObject({ status: 'ACTIVE' })
  })
})
