// DHCP answered by OVN itself: options of a subnet, and of a port that asked for options of its own.
import { createHash } from 'node:crypto'
import type { FabricPort, FabricSubnet } from '../driver.ts'
import { METADATA_CIDR_V4 } from './names.ts'

const LEASE_TIME = '43200'

type Options = { [name: string]: string }

/** The server's MAC: any stable address will do, so it is derived and need not be stored. */
export function serverMac(subnetId: string): string {
  const digest = createHash('sha256').update(subnetId).digest()
  return `fa:16:3e:${[0, 1, 2].map((at) => digest.toString('hex', at, at + 1)).join(':')}`
}

/** Whether OVN is to answer DHCP at all: hosts of a SLAAC subnet need none. */
export function hasDhcpOptions(subnet: FabricSubnet): boolean {
  return !(subnet.ipVersion === 6 && subnet.ipv6AddressMode === 'slaac')
}

/** `0.0.0.0` or `::` among the servers means: announce none. */
function announced(servers: readonly string[]): readonly string[] {
  return servers.includes('0.0.0.0') || servers.includes('::') ? [] : servers
}

function dhcpv4Options(subnet: FabricSubnet): Options {
  const server = subnet.gatewayIp ?? subnet.metadataIp
  if (server === null) return {}
  const options: Options = {
    server_id: server,
    lease_time: LEASE_TIME,
    mtu: String(subnet.mtu),
    server_mac: serverMac(subnet.id),
  }
  if (subnet.gatewayIp !== null) options.router = subnet.gatewayIp
  const servers = announced(subnet.dnsNameservers)
  if (servers.length > 0) options.dns_server = `{${servers.join(', ')}}`
  const routes = subnet.hostRoutes.map(({ destination, nexthop }) => `${destination},${nexthop}`)
  if (subnet.metadataIp !== null) routes.unshift(`${METADATA_CIDR_V4},${subnet.metadataIp}`)
  if (routes.length > 0) {
    // A client that takes option 121 ignores option 3 (RFC 3442), so the default route must be here too.
    if (subnet.gatewayIp !== null) routes.push(`0.0.0.0/0,${subnet.gatewayIp}`)
    options.classless_static_route = `{${routes.join(', ')}}`
  }
  return options
}

function dhcpv6Options(subnet: FabricSubnet): Options {
  const options: Options = { server_id: serverMac(subnet.id) }
  const servers = announced(subnet.dnsNameservers)
  if (servers.length > 0) options.dns_server = `{${servers.join(', ')}}`
  if (subnet.ipv6AddressMode === 'dhcpv6-stateless') options.dhcpv6_stateless = 'true'
  return options
}

/** The `options` of a subnet's DHCP_Options row. */
export function dhcpOptions(subnet: FabricSubnet): Options {
  return subnet.ipVersion === 4 ? dhcpv4Options(subnet) : dhcpv6Options(subnet)
}

// Names that a port's extra options may use, and OVN's own; the rest of OVN's names are the same with dashes.
const NAMES_V4: Options = {
  '1': 'netmask',
  '3': 'router',
  '6': 'dns_server',
  '7': 'log_server',
  '9': 'lpr_server',
  '15': 'domain_name',
  '16': 'swap_server',
  '19': 'ip_forward_enable',
  '21': 'policy_filter',
  '23': 'default_ttl',
  '26': 'mtu',
  '31': 'router_discovery',
  '32': 'router_solicitation',
  '35': 'arp_cache_timeout',
  '36': 'ethernet_encap',
  '37': 'tcp_ttl',
  '38': 'tcp_keepalive_interval',
  '41': 'nis_server',
  '42': 'ntp_server',
  '51': 'lease_time',
  '54': 'server_id',
  '58': 'T1',
  '59': 'T2',
  '66': 'tftp_server',
  '67': 'bootfile_name',
  '119': 'domain_search_list',
  '121': 'classless_static_route',
  '150': 'tftp_server_address',
  '210': 'path_prefix',
  '249': 'ms_classless_static_route',
  '252': 'wpad',
  '255': 'next_server',
  'arp-timeout': 'arp_cache_timeout',
  'tcp-keepalive': 'tcp_keepalive_interval',
  'domain-search': 'domain_search_list',
  'server-ip-address': 'next_server',
}
const SAME_V4 =
  /^(netmask|router|dns-server|log-server|lpr-server|domain-name|swap-server|policy-filter|router-solicitation|nis-server|ntp-server|server-id|tftp-server|classless-static-route|ms-classless-static-route|ip-forward-enable|router-discovery|ethernet-encap|default-ttl|tcp-ttl|mtu|lease-time|T1|T2|bootfile-name|bootfile-name-alt|wpad|path-prefix|tftp-server-address)$/
const NAMES_V6: Options = {
  '2': 'server_id',
  '5': 'ia_addr',
  '23': 'dns_server',
  '24': 'domain_search',
  '59': 'bootfile_name',
}
const SAME_V6 = /^(bootfile-name|server-id|dns-server|domain-search|ia-addr)$/
const QUOTED = new Set([
  'domain_name',
  'domain_search_list',
  'bootfile_name',
  'bootfile_name_alt',
  'path_prefix',
  'wpad',
  'tftp_server',
])

function ovnOption(name: string, ipVersion: number): string | undefined {
  const same = ipVersion === 4 ? SAME_V4 : SAME_V6
  return same.test(name) ? name.replaceAll('-', '_') : (ipVersion === 4 ? NAMES_V4 : NAMES_V6)[name]
}

/** A port's own options for one IP version: `disabled` when it wants no DHCP, `options` in OVN's names (unknown ones left out). */
export function portDhcpOptions(port: FabricPort, ipVersion: number): { disabled: boolean; options: Options } {
  const options: Options = {}
  for (const { name, value, ipVersion: version } of port.extraDhcpOpts) {
    if (version !== ipVersion) continue
    if (name === 'dhcp_disabled' && value.toLowerCase() === 'true') return { disabled: true, options: {} }
    const option = ovnOption(name, ipVersion)
    if (option === undefined) continue
    if (QUOTED.has(option) && !/^".*"$/.test(value)) options[option] = `"${value.replaceAll('"', '')}"`
    else if (option === 'classless_static_route' && !/^\{.*\}$/.test(value)) options[option] = `{${value}}`
    else options[option] = value
  }
  return { disabled: false, options }
}
