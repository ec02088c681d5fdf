import type { WritableRow } from '#lib/ovsdb/operations.ts'
import { listOf, mapOf, type NamedUuid, type Row, textOf } from '#lib/ovsdb/values.ts'
import type { Chassis, FabricRouter, FabricRouterPort, FabricTable } from '../driver.ts'
import type { Changes } from './changes.ts'
import type { OvnContext } from './context.ts'
import { candidates, rank } from './gateways.ts'
import { idOfName, KEY, METADATA_CIDR_V6, ovnName, routerPortName } from './names.ts'

type Gateway = NonNullable<FabricRouter['gateway']>
type Child = { key: string; row: WritableRow }

function routerRow(router: FabricRouter): WritableRow & { name: string } {
  return {
    name: ovnName(router.id),
    enabled: [router.adminStateUp],
    options: { always_learn_from_arp_request: 'false', dynamic_neigh_routers: 'true', mac_binding_age_threshold: '0' },
    external_ids: {
      [KEY.routerName]: router.name,
      [KEY.revision]: String(router.revision),
      [KEY.availabilityZoneHints]: router.availabilityZoneHints.join(','),
    },
  }
}

function isProvider(type: string): boolean {
  return type === 'flat' || type === 'vlan'
}

function routerPortOptions(router: FabricRouter, port: FabricRouterPort): { [key: string]: string } {
  const options: { [key: string]: string } = {}
  // Routing of provider networks happens on the gateway's chassis: elsewhere the router's MAC must not show on the wire.
  if (isProvider(port.networkType)) options['reside-on-redirect-chassis'] = 'true'
  if (port === router.gateway) {
    const mtus = [port, ...router.interfaces].map((each) => each.networkMtu)
    options.gateway_mtu = String(Math.min(...mtus))
  }
  return options
}

function routerPortRow(router: FabricRouter, port: FabricRouterPort): WritableRow & { name: string } {
  const advertisement: { [key: string]: string } = {}
  if (port.ipv6AddressMode !== null) {
    advertisement.address_mode = port.ipv6AddressMode.replace('-', '_')
    advertisement.send_periodic = port === router.gateway ? 'false' : 'true'
    advertisement.mtu = String(port.networkMtu)
    advertisement.route_info = `MEDIUM-${METADATA_CIDR_V6}`
  }
  return {
    name: routerPortName(port.id),
    mac: port.macAddress,
    networks: port.fixedIps.map((ip) => `${ip.ipAddress}/${ip.prefix}`),
    options: routerPortOptions(router, port),
    ipv6_ra_configs: advertisement,
    external_ids: {
      [KEY.revision]: String(port.revision),
      [KEY.subnetIds]: port.fixedIps.map((ip) => ip.subnetId).join(' '),
      [KEY.networkName]: ovnName(port.networkId),
      [KEY.isExternalGateway]: port === router.gateway ? 'True' : 'False',
      [KEY.routerName]: ovnName(router.id),
    },
  }
}

function routeRows({ routes, gateway }: FabricRouter): Child[] {
  const rows = routes.map(({ destination, nexthop }) => ({
    key: `${destination} ${nexthop}`,
    row: { ip_prefix: destination, nexthop, external_ids: { [KEY.isStaticRoute]: 'true' } },
  }))
  for (const { subnetId, ipVersion, address } of gateway?.nexthops ?? []) {
    const prefix = ipVersion === 4 ? '0.0.0.0/0' : '::/0'
    const externalIds = { [KEY.isExternalGateway]: 'true', [KEY.subnetId]: subnetId, [KEY.isStaticRoute]: 'true' }
    rows.push({ key: `${prefix} ${address}`, row: { ip_prefix: prefix, nexthop: address, external_ids: externalIds } })
  }
  return rows
}

function snatRows({ snat, gateway, interfaces }: FabricRouter): Child[] {
  if (!snat || gateway === null) return []
  const addresses = gateway.fixedIps.map((ip) => ip.ipAddress).filter((address) => !address.includes(':'))
  const cidrs = new Set(interfaces.flatMap((port) => port.ipv4Cidrs))
  return addresses.flatMap((address) =>
    [...cidrs].map((cidr) => ({
      key: `${address} ${cidr}`,
      row: { type: 'snat', external_ip: address, logical_ip: cidr },
    })),
  )
}

/** Children that are wanted and not there are inserted; those there and not wanted are returned for removal. */
function diffChildren(
  changes: Changes,
  table: string,
  existing: readonly string[],
  keyOf: (row: Row) => string,
  wanted: readonly Child[],
): { add: NamedUuid[]; remove: string[] } {
  const found = new Map<string, string>()
  const remove: string[] = []
  for (const uuid of existing) {
    const row = changes.row(table, uuid)
    const key = row === undefined ? '' : keyOf(row)
    if (key === '') continue
    if (found.has(key)) remove.push(uuid)
    else found.set(key, uuid)
  }
  const add: NamedUuid[] = []
  for (const { key, row } of wanted) {
    const uuid = found.get(key)
    if (uuid === undefined) add.push(changes.insert(table, row))
    else if (table === 'Logical_Router_Static_Route') changes.update(table, uuid, row)
    found.delete(key)
  }
  return { add, remove: [...remove, ...found.values()] }
}

function gatewayChassisKey(row: Row): string {
  return textOf(row, 'chassis_name')
}

/** Puts the gateway on up to five hosts that reach its physical network, the one it is on already first. */
function ensureGatewayChassis(
  changes: Changes,
  gateway: Gateway,
  port: string | undefined,
  chassis: readonly Chassis[],
  hints: readonly string[],
): (string | NamedUuid)[] {
  const name = routerPortName(gateway.id)
  const existing = listOf(changes.row('Logical_Router_Port', port), 'gateway_chassis')
  const current = new Map(existing.map((uuid) => [gatewayChassisKey(changes.row('Gateway_Chassis', uuid) ?? {}), uuid]))
  const chosen = rank(changes.replica, candidates(chassis, gateway.physicalNetwork, hints), [...current.keys()])
  return chosen.map(({ id, priority }) => {
    const uuid = current.get(id)
    const row = { name: `${name}_${id}`, chassis_name: id, priority }
    if (uuid === undefined) return changes.insert('Gateway_Chassis', row)
    changes.update('Gateway_Chassis', uuid, row)
    return uuid
  })
}

function ensurePorts(
  changes: Changes,
  router: FabricRouter,
  existing: readonly string[],
  chassis: readonly Chassis[],
): { add: NamedUuid[]; remove: string[] } {
  const add: NamedUuid[] = []
  const kept = new Set<string>()
  const ports = router.gateway === null ? router.interfaces : [router.gateway, ...router.interfaces]
  for (const port of ports) {
    // A gateway to a network without subnets has no address yet, and OVN knows no router port without one.
    if (port.fixedIps.length === 0) continue
    const uuid = changes.find('Logical_Router_Port', 'name', routerPortName(port.id))
    const row: WritableRow & { name: string } =
      port === router.gateway
        ? {
            ...routerPortRow(router, port),
            gateway_chassis: ensureGatewayChassis(changes, router.gateway, uuid, chassis, router.availabilityZoneHints),
          }
        : routerPortRow(router, port)
    if (uuid === undefined) {
      add.push(changes.insert('Logical_Router_Port', row))
    } else {
      kept.add(uuid)
      changes.update('Logical_Router_Port', uuid, row)
    }
  }
  return { add, remove: existing.filter((uuid) => !kept.has(uuid)) }
}

function ensureRouter(changes: Changes, router: FabricRouter, chassis: readonly Chassis[]): void {
  const uuid = changes.find('Logical_Router', 'name', ovnName(router.id))
  const current = changes.row('Logical_Router', uuid)
  const ports = ensurePorts(changes, router, listOf(current, 'ports'), chassis)
  const routes = diffChildren(
    changes,
    'Logical_Router_Static_Route',
    listOf(current, 'static_routes'),
    (row) => `${textOf(row, 'ip_prefix')} ${textOf(row, 'nexthop')}`,
    routeRows(router),
  )
  const nats = diffChildren(
    changes,
    'NAT',
    listOf(current, 'nat'),
    (row) => (textOf(row, 'type') === 'snat' ? `${textOf(row, 'external_ip')} ${textOf(row, 'logical_ip')}` : ''),
    snatRows(router),
  )
  if (uuid === undefined) {
    changes.insertNamed('Logical_Router', {
      ...routerRow(router),
      ports: ports.add,
      static_routes: routes.add,
      nat: nats.add,
    })
    return
  }
  changes.update('Logical_Router', uuid, routerRow(router))
  changes.members('Logical_Router', uuid, 'ports', ports.add, ports.remove)
  changes.members('Logical_Router', uuid, 'static_routes', routes.add, routes.remove)
  changes.members('Logical_Router', uuid, 'nat', nats.add, nats.remove)
}

/** Routers are logical routers, with all their ports, routes and SNAT rules; floating IPs are kept apart. */
export function createRouters(
  { northbound, apply }: OvnContext,
  chassis: () => readonly Chassis[],
): FabricTable<FabricRouter> {
  return {
    ensure: (routers) => apply((changes) => routers.forEach((router) => ensureRouter(changes, router, chassis()))),
    remove: (ids) =>
      apply((changes) => {
        for (const id of ids) {
          const uuid = changes.find('Logical_Router', 'name', ovnName(id))
          if (uuid !== undefined) changes.delete('Logical_Router', uuid)
        }
      }),
    revisions() {
      const revisions = new Map<string, number>()
      for (const row of northbound.replica.rows('Logical_Router').values()) {
        const id = idOfName(textOf(row, 'name'))
        if (id !== '') revisions.set(id, Number(mapOf(row, 'external_ids')[KEY.revision] ?? -1))
      }
      return revisions
    },
  }
}
