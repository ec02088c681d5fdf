// What every fabric must do, as tests: each driver's own test calls this with a way to make one.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type {
  Fabric,
  FabricFloatingIp,
  FabricNetwork,
  FabricPort,
  FabricRouter,
  FabricRouterPort,
  FabricSecurityGroup,
  FabricSubnet,
} from './driver.ts'

/** A fabric under test, and the host that plugs ports into it. */
export type FabricHarness = {
  fabric: Fabric
  host: string
  /** Does at the host what a hypervisor would when it starts a guest on the port. */
  plug(portId: string): Promise<void>
  close(): Promise<void>
}

export function aNetwork(over: Partial<FabricNetwork> = {}): FabricNetwork {
  return {
    id: randomUUID(),
    name: 'net',
    revision: 1,
    mtu: 1442,
    type: 'geneve',
    physicalNetwork: null,
    segmentationId: 77,
    segmentId: randomUUID(),
    external: false,
    availabilityZoneHints: [],
    ...over,
  }
}

export function aSubnet(networkId: string, over: Partial<FabricSubnet> = {}): FabricSubnet {
  return {
    id: randomUUID(),
    networkId,
    revision: 0,
    ipVersion: 4,
    cidr: '10.1.0.0/24',
    gatewayIp: '10.1.0.1',
    mtu: 1442,
    dnsNameservers: ['8.8.8.8'],
    hostRoutes: [],
    ipv6AddressMode: null,
    metadataIp: '10.1.0.2',
    ...over,
  }
}

export function aPort(networkId: string, over: Partial<FabricPort> = {}): FabricPort {
  return {
    id: randomUUID(),
    networkId,
    name: '',
    revision: 1,
    projectId: randomUUID(),
    deviceId: '',
    deviceOwner: '',
    macAddress: 'fa:16:3e:00:00:05',
    fixedIps: [],
    adminStateUp: true,
    portSecurity: true,
    securityGroups: [],
    allowedAddressPairs: [],
    extraDhcpOpts: [],
    host: '',
    vnicType: 'normal',
    mtu: 1442,
    ...over,
  }
}

export function aGroup(over: Partial<FabricSecurityGroup> = {}): FabricSecurityGroup {
  const rule = { protocol: null, portRangeMin: null, portRangeMax: null, remoteIpPrefix: null, remoteGroupId: null }
  const rules = [{ ...rule, id: randomUUID(), direction: 'egress', ethertype: 'IPv4' }]
  return { id: randomUUID(), revision: 1, stateful: true, rules, ...over }
}

export function aRouter(over: Partial<FabricRouter> = {}): FabricRouter {
  return {
    id: randomUUID(),
    name: 'router',
    revision: 1,
    adminStateUp: true,
    availabilityZoneHints: [],
    interfaces: [],
    gateway: null,
    snat: true,
    routes: [],
    ...over,
  }
}

export function aRouterPort(
  networkId: string,
  ipAddress: string,
  over: Partial<FabricRouterPort> = {},
): FabricRouterPort {
  return {
    id: randomUUID(),
    networkId,
    revision: 1,
    macAddress: 'fa:16:3e:00:00:01',
    fixedIps: [{ subnetId: randomUUID(), ipAddress, prefix: 24 }],
    networkType: 'geneve',
    physicalNetwork: null,
    networkMtu: 1442,
    ipv4Cidrs: ['10.1.0.0/24'],
    ipv6AddressMode: null,
    ...over,
  }
}

export function describeFabric(name: string, open: () => Promise<FabricHarness>): void {
  describe(`${name} is a fabric`, () => {
    let harness: FabricHarness
    let fabric: Fabric

    beforeAll(async () => {
      harness = await open()
      fabric = harness.fabric
      await vi.waitUntil(() => fabric.isReady(), { timeout: 10_000 })
    })

    afterAll(async () => harness?.close())

    test('what was ensured is there with its revision, once, and removed without trace', async () => {
      const network = aNetwork()
      const subnet = aSubnet(network.id)
      const group = aGroup()
      const port = aPort(network.id, {
        securityGroups: [group.id],
        fixedIps: [{ subnetId: subnet.id, ipAddress: '10.1.0.5', prefix: 24 }],
      })
      for (let time = 0; time < 2; time++) {
        await fabric.securityGroups.ensure([group])
        await fabric.networks.ensure([network])
        await fabric.subnets.ensure([subnet])
        await fabric.ports.ensure([port])
      }
      expect(fabric.networks.revisions().get(network.id)).toBe(1)
      expect(fabric.subnets.revisions().get(subnet.id)).toBe(0)
      expect(fabric.ports.revisions().get(port.id)).toBe(1)
      expect(fabric.securityGroups.revisions().get(group.id)).toBe(1)
      await fabric.networks.ensure([{ ...network, name: 'renamed', revision: 2 }])
      expect(fabric.networks.revisions().get(network.id)).toBe(2)
      for (let time = 0; time < 2; time++) {
        await fabric.ports.remove([port.id])
        await fabric.subnets.remove([subnet.id])
        await fabric.networks.remove([network.id])
        await fabric.securityGroups.remove([group.id])
      }
      expect(fabric.networks.revisions().has(network.id)).toBe(false)
      expect(fabric.subnets.revisions().has(subnet.id)).toBe(false)
      expect(fabric.ports.revisions().has(port.id)).toBe(false)
      expect(fabric.securityGroups.revisions().has(group.id)).toBe(false)
    })

    test('many ports in one call', async () => {
      const network = aNetwork()
      const ports = Array.from({ length: 50 }, () => aPort(network.id))
      await fabric.networks.ensure([network])
      await fabric.ports.ensure(ports)
      const revisions = fabric.ports.revisions()
      expect(ports.every((port) => revisions.has(port.id))).toBe(true)
      await fabric.ports.remove(ports.map((port) => port.id))
      await fabric.networks.remove([network.id])
      expect(ports.some((port) => fabric.ports.revisions().has(port.id))).toBe(false)
    })

    test('a port of an unknown network and a floating IP of an unknown router are put off, not lost', async () => {
      await expect(fabric.ports.ensure([aPort(randomUUID())])).rejects.toThrow(/not in the fabric yet/)
      await expect(fabric.floatingIps.ensure([aFloatingIp(randomUUID(), randomUUID())])).rejects.toThrow(
        /not in the fabric yet/,
      )
    })

    test('a router with gateway, interface, routes and a floating IP', async () => {
      const outside = aNetwork({ type: 'flat', physicalNetwork: 'extnet', segmentationId: null, external: true })
      const inside = aNetwork()
      const port = aPort(inside.id)
      await fabric.networks.ensure([outside, inside])
      const gateway = {
        ...aRouterPort(outside.id, '172.24.4.10', { networkType: 'flat', physicalNetwork: 'extnet', ipv4Cidrs: [] }),
        nexthops: [{ subnetId: randomUUID(), ipVersion: 4, address: '172.24.4.1' }],
      }
      const router = aRouter({ gateway, interfaces: [aRouterPort(inside.id, '10.1.0.1')] })
      const links = [gateway, ...router.interfaces].map((each) =>
        aPort(each.networkId, {
          id: each.id,
          deviceOwner: each === gateway ? 'network:router_gateway' : 'network:router_interface',
          deviceId: router.id,
        }),
      )
      await fabric.ports.ensure([port, ...links])
      await fabric.routers.ensure([router])
      await fabric.routers.ensure([
        { ...router, revision: 2, routes: [{ destination: '10.9.0.0/24', nexthop: '10.1.0.9' }] },
      ])
      expect(fabric.routers.revisions().get(router.id)).toBe(2)
      const floatingIp = aFloatingIp(router.id, port.id)
      await fabric.floatingIps.ensure([floatingIp])
      await fabric.floatingIps.ensure([{ ...floatingIp, revision: 3 }])
      expect(fabric.floatingIps.revisions().get(floatingIp.id)).toBe(3)
      await fabric.floatingIps.remove([floatingIp.id])
      expect(fabric.floatingIps.revisions().has(floatingIp.id)).toBe(false)
      await fabric.routers.ensure([{ ...router, revision: 4, gateway: null, interfaces: [] }])
      await fabric.routers.remove([router.id])
      expect(fabric.routers.revisions().has(router.id)).toBe(false)
      await fabric.ports.remove([port.id, ...links.map((each) => each.id)])
      await fabric.networks.remove([inside.id, outside.id])
    })

    test('a bound port comes up when the host plugs it, and a router port by itself', async () => {
      const network = aNetwork()
      const bound = aPort(network.id, { host: harness.host, deviceOwner: 'compute:nova' })
      const idle = aPort(network.id)
      const routerPort = aPort(network.id, { deviceOwner: 'network:router_interface' })
      const seen = new Map<string, boolean>()
      const stop = fabric.listen({ portStatus: (id, up) => void seen.set(id, up) })
      await fabric.networks.ensure([network])
      await fabric.ports.ensure([bound, idle, routerPort])
      await harness.plug(bound.id)
      await vi.waitUntil(() => seen.get(bound.id) === true && seen.get(routerPort.id) === true, { timeout: 10_000 })
      expect(fabric.isPortUp(bound.id)).toBe(true)
      expect(fabric.isPortUp(idle.id)).toBe(false)
      stop()
      await fabric.ports.remove([bound.id, idle.id, routerPort.id])
      await fabric.networks.remove([network.id])
      expect(fabric.isPortUp(bound.id)).toBe(false)
    })

    test('its hosts are shown as chassis that live', async () => {
      await vi.waitUntil(() => fabric.chassis().length > 0, { timeout: 10_000 })
      const [chassis] = fabric.chassis()
      expect(chassis).toMatchObject({ host: harness.host, bridgeMappings: { extnet: 'br-ex' }, description: '' })
    })

    test('an agent is described, and a host that has gone is forgotten', async () => {
      await vi.waitUntil(() => fabric.chassis().length > 0, { timeout: 10_000 })
      const id = fabric.chassis()[0]?.id ?? ''
      await fabric.describeAgent('nobody', 'nothing')
      for (const description of ['in the cellar', 'under the roof']) {
        await fabric.describeAgent(id, description)
        await vi.waitUntil(() => fabric.chassis()[0]?.description === description, { timeout: 10_000 })
      }
      await fabric.forgetChassis('nobody')
      await fabric.forgetChassis(id)
      await vi.waitUntil(() => !fabric.chassis().some((chassis) => chassis.id === id), { timeout: 10_000 })
      await fabric.forgetChassis(id)
    })
  })
}

function aFloatingIp(routerId: string, portId: string): FabricFloatingIp {
  return {
    id: randomUUID(),
    revision: 1,
    networkId: randomUUID(),
    routerId,
    portId,
    floatingIpAddress: '172.24.4.107',
    fixedIpAddress: '10.1.0.5',
    macAddress: 'fa:16:3e:00:00:07',
  }
}
