import { describe, expect, it } from 'vitest'
import { createHub } from '#platform/bus/hub.ts'
import type { GuestSpec } from '../driver.ts'
import { hypervisorContract } from '../driver.contract.ts'
import { createRemoteHypervisor, serveHypervisor } from '../remote/driver.ts'
import { createSimulatedHypervisor } from './driver.ts'

const simulation = {
  host: 'sim-1',
  vcpus: 8,
  memoryMb: 16_384,
  diskGb: 100,
  delayMs: 0,
  failureRate: 0,
  random: () => 0.5,
}
const card = { portId: 'p2', networkId: 'n', mac: 'fa:16:3e:00:00:02', tap: 'tapp2', bridge: 'br-int', mtu: 1442 }
const spec: GuestSpec = {
  id: '',
  name: 'instance-00000001',
  displayName: 'web',
  projectId: 'p',
  userId: 'u',
  flavorName: 'm1.nano',
  vcpus: 1,
  memoryMb: 64,
  rootGb: 1,
  ephemeralGb: 0,
  swapMb: 0,
  image: { id: 'i', name: 'guest', format: 'qcow2', path: '/nowhere' },
  interfaces: [{ ...card, portId: 'p1', tap: 'tapp1' }],
  configDrive: null,
}

hypervisorContract('simulated', async () => ({
  driver: createSimulatedHypervisor(simulation),
  spec,
  card,
  close: async () => undefined,
}))

hypervisorContract('simulated, over the bus', async () => {
  const bus = await createHub(null)
  await serveHypervisor(bus, 'sim-1', createSimulatedHypervisor(simulation))
  return { driver: createRemoteHypervisor(bus, 'sim-1'), spec, card, close: () => bus.close() }
})

describe('a simulated host', () => {
  it('fails as often as it is told to', async () => {
    const rolls = [0.1, 0.9]
    const driver = createSimulatedHypervisor({ ...simulation, failureRate: 0.5, random: () => rolls.shift() ?? 1 })
    await expect(driver.spawn({ ...spec, id: 'x' })).rejects.toThrow('told to fail')
    await driver.spawn({ ...spec, id: 'x' })
  })
})
