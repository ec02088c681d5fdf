import type { WritableRow } from '#lib/ovsdb/operations.ts'
import { mapOf, type NamedUuid, textOf } from '#lib/ovsdb/values.ts'
import { type FabricPort, type FabricTable, FabricUnavailable } from '../driver.ts'
import { dropAcls } from './acl.ts'
import { type Changes, membersOf } from './changes.ts'
import type { OvnContext } from './context.ts'
import { portDhcpOptions } from './dhcp.ts'
import {
  DROP_PORT_GROUP,
  isMetadataPort,
  isRouterPort,
  isTrusted,
  KEY,
  ovnName,
  portGroupName,
  routerPortName,
} from './names.ts'
import { findSubnetDhcp } from './subnets.ts'

type Members = { add: (string | NamedUuid)[]; remove: string[] }

/** What may be sent from the port, as `port_security`; and the further MACs that it answers for. */
function allowedAddresses(port: FabricPort): { security: string[]; macs: string[] } {
  if (!port.portSecurity || isTrusted(port.deviceOwner)) return { security: [], macs: [] }
  const own = [port.macAddress, ...port.fixedIps.map((ip) => ip.ipAddress)]
  const security: string[] = []
  const macs = new Set<string>()
  for (const pair of port.allowedAddressPairs) {
    if (pair.macAddress === port.macAddress) {
      own.push(pair.ipAddress)
    } else {
      security.push(`${pair.macAddress} ${pair.ipAddress}`)
      macs.add(pair.macAddress)
    }
  }
  return { security: [...new Set([own.join(' '), ...security])], macs: [...macs] }
}

function portType(port: FabricPort): string {
  if (isRouterPort(port.deviceOwner)) return 'router'
  return isMetadataPort(port.deviceOwner, port.deviceId) ? 'localport' : ''
}

function portOptions(port: FabricPort, type: string): { [key: string]: string } {
  if (type !== 'router') return port.host === '' ? {} : { 'requested-chassis': port.host }
  const options = { 'router-port': routerPortName(port.id) }
  if (port.deviceOwner !== 'network:router_gateway') return options
  return { ...options, 'nat-addresses': 'router', 'exclude-lb-vips-from-garp': 'true' }
}

function portAddresses(port: FabricPort, type: string, hasDhcp: boolean, security: string[], macs: string[]): string[] {
  if (type === 'router') return ['router']
  const own = [port.macAddress, ...port.fixedIps.map((ip) => ip.ipAddress)].join(' ')
  if (type !== '') return [own]
  if (security.length > 0) return [own, ...macs]
  // Without port security the port may use any MAC: the switch must learn them.
  return hasDhcp ? [own, 'unknown'] : ['unknown']
}

function groupsOf(port: FabricPort): string[] {
  if (isTrusted(port.deviceOwner)) return []
  const groups = port.securityGroups.map(portGroupName)
  return port.portSecurity ? [DROP_PORT_GROUP, ...groups] : groups
}

/** Finds, makes or drops the DHCP options that the port is to use for one IP version. */
function ensureDhcp(changes: Changes, port: FabricPort, ipVersion: number): (string | NamedUuid)[] {
  const own = changes.replica
    .find('DHCP_Options', 'external_ids', port.id, 'port_id')
    .find((uuid) => textOf(changes.row('DHCP_Options', uuid), 'cidr').includes(':') === (ipVersion === 6))
  const { disabled, options } = portDhcpOptions(port, ipVersion)
  const candidates = port.fixedIps
    .filter((ip) => ip.ipAddress.includes(':') === (ipVersion === 6))
    .map((ip) => findSubnetDhcp(changes, ip.subnetId))
    .filter((uuid) => uuid !== undefined)
  // A stateful IPv6 subnet goes first: a stateless one would leave the port without its address.
  const stateful = candidates.find(
    (uuid) => mapOf(changes.row('DHCP_Options', uuid), 'options').dhcpv6_stateless !== 'true',
  )
  const subnetUuid = isTrusted(port.deviceOwner) || disabled ? undefined : (stateful ?? candidates[0])
  const subnet = changes.row('DHCP_Options', subnetUuid)
  if (subnetUuid === undefined || subnet === undefined || Object.keys(options).length === 0) {
    if (own !== undefined) changes.delete('DHCP_Options', own)
    return subnetUuid === undefined ? [] : [subnetUuid]
  }
  const row = {
    cidr: textOf(subnet, 'cidr'),
    options: { ...mapOf(subnet, 'options'), ...options },
    external_ids: { ...mapOf(subnet, 'external_ids'), port_id: port.id },
  }
  if (own === undefined) return [changes.insert('DHCP_Options', row)]
  changes.update('DHCP_Options', own, row)
  return [own]
}

function portRow(changes: Changes, port: FabricPort): WritableRow & { name: string } {
  const type = portType(port)
  const dhcpv4 = ensureDhcp(changes, port, 4)
  const dhcpv6 = ensureDhcp(changes, port, 6)
  const { security, macs } = allowedAddresses(port)
  const externalIds: { [key: string]: string } = {
    [KEY.portName]: port.name,
    [KEY.deviceId]: port.deviceId,
    [KEY.projectId]: port.projectId,
    [KEY.cidrs]: port.fixedIps.map((ip) => `${ip.ipAddress}/${ip.prefix}`).join(' '),
    [KEY.deviceOwner]: port.deviceOwner,
    [KEY.networkName]: ovnName(port.networkId),
    [KEY.securityGroupIds]: isTrusted(port.deviceOwner) ? '' : port.securityGroups.join(' '),
    [KEY.revision]: String(port.revision),
    [KEY.vnicType]: port.vnicType,
  }
  if (type === 'localport') externalIds[KEY.mtu] = String(port.mtu)
  return {
    name: port.id,
    type,
    addresses: portAddresses(port, type, dhcpv4.length + dhcpv6.length > 0, security, macs),
    port_security: security,
    enabled: [port.adminStateUp],
    options: portOptions(port, type),
    dhcpv4_options: dhcpv4,
    dhcpv6_options: dhcpv6,
    external_ids: externalIds,
  }
}

function membership(groups: Map<string, Members>, group: string): Members {
  let members = groups.get(group)
  if (members === undefined) {
    members = { add: [], remove: [] }
    groups.set(group, members)
  }
  return members
}

function ensurePort(changes: Changes, port: FabricPort, groups: Map<string, Members>): void {
  const wanted = new Set(groupsOf(port))
  const uuid = changes.find('Logical_Switch_Port', 'name', port.id)
  if (uuid === undefined) {
    const network = changes.find('Logical_Switch', 'name', ovnName(port.networkId))
    if (network === undefined) throw new FabricUnavailable(`network ${port.networkId} is not in the fabric yet`)
    const created = changes.insert('Logical_Switch_Port', portRow(changes, port))
    changes.members('Logical_Switch', network, 'ports', [created], [])
    for (const group of wanted) membership(groups, group).add.push(created)
    return
  }
  const before = mapOf(changes.row('Logical_Switch_Port', uuid), 'external_ids')[KEY.securityGroupIds] ?? ''
  changes.update('Logical_Switch_Port', uuid, portRow(changes, port))
  const former = before.split(' ').filter((id) => id !== '')
  for (const group of new Set([...wanted, DROP_PORT_GROUP, ...former.map(portGroupName)])) {
    const row = changes.row('Port_Group', changes.find('Port_Group', 'name', group))
    const isMember = row !== undefined && membersOf(row, 'ports').has(uuid)
    if (wanted.has(group) && !isMember) membership(groups, group).add.push(uuid)
    if (!wanted.has(group) && isMember) membership(groups, group).remove.push(uuid)
  }
}

function applyMembership(changes: Changes, groups: Map<string, Members>): void {
  for (const [name, { add, remove }] of groups) {
    const uuid = changes.find('Port_Group', 'name', name)
    if (uuid !== undefined) {
      changes.members('Port_Group', uuid, 'ports', add, remove)
    } else if (name === DROP_PORT_GROUP) {
      const acls = dropAcls().map((acl) => changes.insert('ACL', acl))
      changes.insertNamed('Port_Group', { name, acls, ports: add })
    } else if (add.length > 0) {
      throw new FabricUnavailable(`port group ${name} is not in the fabric yet`)
    }
  }
}

function removePort(changes: Changes, id: string): void {
  changes.deletePortDhcp(id)
  const uuid = changes.find('Logical_Switch_Port', 'name', id)
  if (uuid === undefined) return
  const name = mapOf(changes.row('Logical_Switch_Port', uuid), 'external_ids')[KEY.networkName] ?? ''
  const network = changes.find('Logical_Switch', 'name', name)
  if (network !== undefined) changes.members('Logical_Switch', network, 'ports', [], [uuid])
}

/** Ports are logical switch ports, members of the port groups of their security groups. */
export function createPorts({ northbound, apply }: OvnContext): FabricTable<FabricPort> {
  return {
    ensure: (ports) =>
      apply((changes) => {
        const groups = new Map<string, Members>()
        for (const port of ports) ensurePort(changes, port, groups)
        applyMembership(changes, groups)
      }),
    remove: (ids) => apply((changes) => ids.forEach((id) => removePort(changes, id))),
    revisions() {
      const revisions = new Map<string, number>()
      for (const row of northbound.replica.rows('Logical_Switch_Port').values()) {
        const revision = mapOf(row, 'external_ids')[KEY.revision]
        if (revision !== undefined) revisions.set(textOf(row, 'name'), Number(revision))
      }
      return revisions
    },
  }
}
