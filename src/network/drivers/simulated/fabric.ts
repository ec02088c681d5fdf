// A fabric that only remembers: for clouds without root, without daemons, of any size. A port comes up at once when it is bound to a
// host, or belongs to a router, as it would in OVN. What depends on another object is refused while that is missing, as OVN does.
import { randomUUID } from 'node:crypto'
import {
  type Chassis,
  type Fabric,
  type FabricListener,
  type FabricPort,
  type FabricTable,
  FabricUnavailable,
} from '../driver.ts'

export type SimulatedOptions = {
  /** Host names to show as chassis; asked each time. */
  hosts?: () => readonly string[]
  now?: () => number
}

type Versioned = { id: string; revision: number }

function createTable<T extends Versioned>(objects: Map<string, T>, check?: (object: T) => void): FabricTable<T> {
  return {
    async ensure(wanted) {
      for (const object of wanted) check?.(object)
      for (const object of wanted) objects.set(object.id, object)
    },
    async remove(ids) {
      for (const id of ids) objects.delete(id)
    },
    revisions: () => new Map([...objects.values()].map((object) => [object.id, object.revision])),
  }
}

/** Objects are kept as they were given; `close` forgets nothing, so a fabric can outlive the service that uses it. */
export function createSimulatedFabric({ hosts = () => [], now = Date.now }: SimulatedOptions = {}): Fabric {
  const listeners = new Set<FabricListener>()
  const ports = new Map<string, FabricPort>()
  const up = new Set<string>()
  const agentIds = new Map<string, { chassis: string; metadata: string }>()
  const descriptions = new Map<string, string>()
  // They say nothing by themselves, so that one that is forgotten stays so until the next start.
  const gone = new Set<string>()
  const networks = new Map<string, Versioned>()
  const routers = new Map<string, Versioned>()

  function setUp(id: string, state: boolean): void {
    if (state === up.has(id)) return
    if (state) up.add(id)
    else up.delete(id)
    for (const listener of listeners) listener.portStatus?.(id, state)
  }

  function carriesTraffic(port: FabricPort): boolean {
    return port.host !== '' || /^network:router_(interface|gateway)$/.test(port.deviceOwner)
  }

  const portTable = createTable(ports, (port) => {
    if (!networks.has(port.networkId)) throw new FabricUnavailable(`network ${port.networkId} is not in the fabric yet`)
  })

  function agentsOf(host: string): { chassis: string; metadata: string } {
    let ids = agentIds.get(host)
    if (ids === undefined) {
      ids = { chassis: randomUUID(), metadata: randomUUID() }
      agentIds.set(host, ids)
    }
    return ids
  }

  function toChassis(host: string): Chassis {
    const ids = agentsOf(host)
    const heartbeatAt = new Date(now())
    return {
      id: ids.chassis,
      host,
      availabilityZones: [],
      bridgeMappings: { extnet: 'br-ex' },
      gateway: true,
      alive: true,
      heartbeatAt,
      description: descriptions.get(ids.chassis) ?? '',
      metadata: { id: ids.metadata, alive: true, heartbeatAt, description: descriptions.get(ids.metadata) ?? '' },
    }
  }

  return {
    networks: createTable(networks),
    subnets: createTable(new Map()),
    routers: createTable(routers),
    floatingIps: createTable(new Map(), (floatingIp) => {
      if (!routers.has(floatingIp.routerId))
        throw new FabricUnavailable(`router ${floatingIp.routerId} is not in the fabric yet`)
    }),
    securityGroups: createTable(new Map()),
    ports: {
      ...portTable,
      async ensure(wanted) {
        await portTable.ensure(wanted)
        for (const port of wanted) setUp(port.id, carriesTraffic(port))
      },
      async remove(ids) {
        await portTable.remove(ids)
        for (const id of ids) up.delete(id)
      },
    },
    isReady: () => true,
    isPortUp: (id) => up.has(id),
    canBind: () => true,
    chassis: () =>
      hosts()
        .map(toChassis)
        .filter(({ id }) => !gone.has(id)),
    async describeAgent(id, description) {
      descriptions.set(id, description)
    },
    async forgetChassis(id) {
      gone.add(id)
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    vif: {
      type: 'ovs',
      details: {
        port_filter: true,
        connectivity: 'l2',
        bound_drivers: '',
        bridge_name: 'br-int',
        datapath_type: 'system',
      },
    },
    open: () => undefined,
    close: () => undefined,
  }
}
