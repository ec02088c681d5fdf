import { OvsdbClient } from '#lib/ovsdb/client.ts'
import type { RowChange } from '#lib/ovsdb/replica.ts'
import { booleanOf, textOf } from '#lib/ovsdb/values.ts'
import type { Chassis, Fabric, FabricListener } from '../driver.ts'
import { askForHeartbeats, describeAgent, forgetChassis, isNewsOfChassis, readChassis } from './chassis.ts'
import { createContext } from './context.ts'
import { createFloatingIps } from './floating-ips.ts'
import { KEY } from './names.ts'
import { createNetworks } from './networks.ts'
import { createPorts } from './ports.ts'
import { createRouters } from './routers.ts'
import { createSecurityGroups } from './security-groups.ts'
import { createSubnets } from './subnets.ts'

export type OvnOptions = {
  /** `unix:/path` or `tcp:host:port` of the two databases. */
  northbound: string
  southbound: string
  heartbeatIntervalMs?: number
  now?: () => number
  /** Told of what went wrong where no caller waits. */
  warn?: (message: string, error: unknown) => void
}

const NORTHBOUND_TABLES = {
  NB_Global: ['nb_cfg', 'external_ids'],
  Logical_Switch: ['name', 'ports', 'external_ids', 'other_config'],
  Logical_Switch_Port: [
    'name',
    'type',
    'options',
    'tag_request',
    'addresses',
    'port_security',
    'up',
    'enabled',
    'dhcpv4_options',
    'dhcpv6_options',
    'external_ids',
  ],
  Port_Group: true,
  ACL: ['priority', 'direction', 'match', 'action', 'external_ids'],
  Logical_Router: ['name', 'ports', 'static_routes', 'enabled', 'nat', 'options', 'external_ids'],
  Logical_Router_Port: ['name', 'gateway_chassis', 'options', 'networks', 'mac', 'ipv6_ra_configs', 'external_ids'],
  Logical_Router_Static_Route: ['ip_prefix', 'nexthop', 'external_ids'],
  NAT: ['type', 'external_ip', 'logical_ip', 'logical_port', 'options', 'external_ids'],
  Gateway_Chassis: ['name', 'chassis_name', 'priority'],
  DHCP_Options: true,
} as const

const NORTHBOUND_INDEXES = [
  ...['Logical_Switch', 'Logical_Switch_Port', 'Logical_Router', 'Logical_Router_Port', 'Port_Group'].map((table) => ({
    table,
    column: 'name',
  })),
  { table: 'DHCP_Options', column: 'external_ids', key: 'subnet_id' },
  { table: 'DHCP_Options', column: 'external_ids', key: 'port_id' },
  { table: 'NAT', column: 'external_ids', key: KEY.floatingIpId },
]

const SOUTHBOUND_TABLES = {
  Chassis: ['name', 'hostname', 'external_ids', 'other_config', 'encaps'],
  Chassis_Private: ['name', 'external_ids', 'nb_cfg', 'nb_cfg_timestamp'],
} as const

/** The fabric of OVN: writes the Northbound database, listens to both. */
export function createOvnFabric(options: OvnOptions): Fabric {
  const { heartbeatIntervalMs = 30_000, now = Date.now, warn = () => undefined } = options
  const northbound = new OvsdbClient({
    remote: options.northbound,
    database: 'OVN_Northbound',
    tables: NORTHBOUND_TABLES,
    indexes: NORTHBOUND_INDEXES,
  })
  const southbound = new OvsdbClient({
    remote: options.southbound,
    database: 'OVN_Southbound',
    tables: SOUTHBOUND_TABLES,
  })
  const context = createContext(northbound, southbound)
  const listeners = new Set<FabricListener>()
  const chassis = (): Chassis[] => readChassis(context, now())

  function tellPortStatus(changes: readonly RowChange[]): void {
    for (const change of changes) {
      if (change.table !== 'Logical_Switch_Port' || change.new === undefined) continue
      const up = booleanOf(change.new, 'up') === true
      if (up === (booleanOf(change.old, 'up') === true)) continue
      for (const listener of listeners) listener.portStatus?.(textOf(change.new, 'name'), up)
    }
  }

  function tellChassis(changes: readonly RowChange[]): void {
    if (!changes.some((change) => change.table === 'Chassis' && isNewsOfChassis(change.old, change.new))) return
    for (const listener of listeners) listener.chassis?.()
  }

  function beat(): void {
    askForHeartbeats(context, now(), heartbeatIntervalMs).catch((error: unknown) =>
      warn('cannot ask OVN for heartbeats', error),
    )
  }

  let heart: NodeJS.Timeout | undefined
  const isReady = (): boolean => northbound.ready && southbound.ready

  for (const client of [northbound, southbound]) {
    client.on('sync', () => {
      if (!isReady()) return
      beat()
      for (const listener of listeners) listener.ready?.()
    })
    client.on('lost', (error) => warn('the connection to OVN was lost', error))
  }
  northbound.on('change', tellPortStatus)
  southbound.on('change', tellChassis)

  return {
    networks: createNetworks(context),
    subnets: createSubnets(context),
    ports: createPorts(context),
    routers: createRouters(context, chassis),
    floatingIps: createFloatingIps(context),
    securityGroups: createSecurityGroups(context),
    isReady,
    isPortUp(id) {
      const uuid = northbound.replica.find('Logical_Switch_Port', 'name', id)[0]
      return uuid !== undefined && booleanOf(northbound.replica.get('Logical_Switch_Port', uuid), 'up') === true
    },
    canBind: (host) => chassis().some((each) => each.host === host),
    chassis,
    describeAgent: (id, description) => describeAgent(context, id, description),
    forgetChassis: (id) => forgetChassis(context, id),
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
    open() {
      northbound.open()
      southbound.open()
      heart = setInterval(beat, heartbeatIntervalMs).unref()
    },
    close() {
      clearInterval(heart)
      northbound.close()
      southbound.close()
    },
  }
}
