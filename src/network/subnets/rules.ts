// What a subnet may be. Source: neutron/db/db_base_plugin_v2.py (_validate_subnet), neutron/db/ipam_backend_mixin.py.
import {
  type AddressRange,
  type Cidr,
  containsAddress,
  excludeAddresses,
  formatAddress,
  formatCidr,
  hostRange,
  overlaps,
  parseAddress,
} from '#lib/cidr/cidr.ts'
import { CloudError } from '#platform/errors.ts'
import type { Pool } from '../attributes/addresses.ts'

const MAX_DNS_NAMESERVERS = 5
const MAX_HOST_ROUTES = 20

const error = (kind: 'badRequest' | 'conflict', type: string, message: string): CloudError =>
  new CloudError(kind, message, { code: type })
const refused = (reason: string): CloudError =>
  error('badRequest', 'InvalidInput', `Invalid input for operation: ${reason}.`)

const rangeText = ({ version, first, last }: AddressRange): string =>
  `${formatAddress({ version, value: first })}-${formatAddress({ version, value: last })}`

function checkVersion(version: number, text: string, name: string): void {
  if (parseAddress(text.split('/')[0] ?? '')?.version !== version) {
    throw refused(`${name} '${text}' does not match the ip_version '${version}'`)
  }
}

/** Checks a network as the address space of a subnet. */
export function checkCidr(cidr: Cidr, version: number, text: string): void {
  if (cidr.version !== version) throw refused(`cidr '${text}' does not match the ip_version '${version}'`)
  if (cidr.prefix === 0) throw refused('0 is not allowed as CIDR prefix length')
  if (version === 6 && cidr.first === 0n) throw refused("IPv6 subnet '::' is not supported")
}

/** Checks that DHCP can serve the network. */
export function checkDhcp(cidr: Cidr): void {
  const limit = cidr.version === 4 ? 30 : 126
  if (cidr.prefix > limit) throw refused('Subnet has a prefix length that is incompatible with DHCP service enabled')
  const top = cidr.version === 4 ? cidr.first >> 28n : cidr.first >> 120n
  if (top === (cidr.version === 4 ? 0xen : 0xffn)) {
    throw refused('Multicast IP subnet is not supported if enable_dhcp is True')
  }
  const loopback = cidr.version === 4 ? cidr.first >> 24n === 127n : cidr.first === 1n
  if (loopback) throw refused('Loopback IP subnet is not supported if enable_dhcp is True')
  if (cidr.version === 4 && cidr.first === 0n) {
    throw refused("First IP '0.0.0.0' of network is not supported if enable_dhcp is True.")
  }
}

/** Checks a gateway: inside the network or outside it, but never its own address or the broadcast address. */
export function checkGateway(cidr: Cidr, gateway: string): void {
  checkVersion(cidr.version, gateway, 'gateway_ip')
  const address = parseAddress(gateway)
  const inside = address !== undefined && containsAddress(cidr, address)
  if (inside && !containsAddress(hostRange(cidr), address)) throw refused('Gateway is not valid on subnet')
}

export function checkNameservers(version: number, servers: readonly string[], subnetId: string): void {
  if (servers.length > MAX_DNS_NAMESERVERS) {
    const message = `Unable to complete operation for ${subnetId}. The number of DNS nameservers exceeds the limit ${MAX_DNS_NAMESERVERS}.`
    throw error('badRequest', 'DNSNameServersExhausted', message)
  }
  for (const server of servers) checkVersion(version, server, 'dns_nameserver')
}

export function checkHostRoutes(
  version: number,
  routes: readonly { readonly destination: string; readonly nexthop: string }[],
  subnetId: string,
): void {
  if (routes.length > MAX_HOST_ROUTES) {
    const message = `Unable to complete operation for ${subnetId}. The number of host routes exceeds the limit ${MAX_HOST_ROUTES}.`
    throw error('badRequest', 'HostRoutesExhausted', message)
  }
  for (const { destination, nexthop } of routes) {
    checkVersion(version, destination, 'destination')
    checkVersion(version, nexthop, 'nexthop')
  }
}

/** Checks how hosts of an IPv6 subnet come to their addresses. */
export function checkIpv6Modes(
  version: number,
  modes: { readonly ra: string | undefined; readonly address: string | undefined },
  enableDhcp: boolean,
  cidr: Cidr,
): void {
  const { ra, address } = modes
  if (version === 4) {
    if (ra !== undefined) throw refused('ipv6_ra_mode is not valid when ip_version is 4')
    if (address !== undefined) throw refused('ipv6_address_mode is not valid when ip_version is 4')
    return
  }
  if (ra === undefined && address === undefined) return
  if (!enableDhcp) {
    throw refused('ipv6_ra_mode or ipv6_address_mode cannot be set when enable_dhcp is set to False')
  }
  if (ra !== undefined && address !== undefined && ra !== address) {
    throw refused(
      `ipv6_ra_mode set to '${ra}' with ipv6_address_mode set to '${address}' is not valid. If both attributes are set, they must be the same value`,
    )
  }
  if ((ra ?? address) !== 'dhcpv6-stateful' && cidr.prefix !== 64) {
    throw refused(
      `Invalid CIDR ${formatCidr(cidr)} for IPv6 address mode. OpenStack uses the EUI-64 address format, which requires the prefix to be /64`,
    )
  }
}

/** The allocation pools of a subnet that names none: every host address but the gateway. */
export function defaultPools(cidr: Cidr, gateway: string | null): AddressRange[] {
  const address = gateway === null ? undefined : parseAddress(gateway)
  return excludeAddresses(hostRange(cidr), address?.version === cidr.version ? [address.value] : [])
}

/** Pools as ranges, checked: inside the network, in order, apart from each other and from the gateway. */
export function checkPools(pools: readonly Pool[], cidr: Cidr, gateway: string | null): AddressRange[] {
  const ranges = pools.map(({ start, end }): AddressRange => {
    const [first, last] = [parseAddress(start), parseAddress(end)]
    if (first?.version !== cidr.version || last?.version !== cidr.version || first.value > last.value) {
      throw error(
        'badRequest',
        'InvalidAllocationPool',
        `The allocation pool {'start': '${start}', 'end': '${end}'} is not valid.`,
      )
    }
    return { version: cidr.version, first: first.value, last: last.value }
  })
  const hosts = hostRange(cidr)
  for (const range of ranges) {
    if (range.first < hosts.first || range.last > hosts.last) {
      const message = `The allocation pool ${rangeText(range)} spans beyond the subnet cidr ${formatCidr(cidr)}.`
      throw error('badRequest', 'OutOfBoundsAllocationPool', message)
    }
  }
  ranges.forEach((range, at) => {
    const other = ranges.slice(at + 1).find((each) => overlaps(range, each))
    if (other === undefined) return
    const which = `${rangeText(range)} ${rangeText(other)} for subnet ${formatCidr(cidr)}`
    throw error('conflict', 'OverlappingAllocationPools', `Found overlapping allocation pools: ${which}.`)
  })
  checkGatewayOutside(ranges, gateway)
  return ranges
}

/** The gateway is no address for hosts. */
export function checkGatewayOutside(ranges: readonly AddressRange[], gateway: string | null): void {
  const address = gateway === null ? undefined : parseAddress(gateway)
  const pool = address === undefined ? undefined : ranges.find((range) => containsAddress(range, address))
  if (pool === undefined) return
  const message = `Gateway ip ${gateway} conflicts with allocation pool ${rangeText(pool)}.`
  throw error('conflict', 'GatewayConflictWithAllocationPools', message)
}

/** Pools as the API shows them. */
export const shownPools = (ranges: readonly AddressRange[]): Pool[] =>
  ranges.map(({ version, first, last }) => ({
    start: formatAddress({ version, value: first }),
    end: formatAddress({ version, value: last }),
  }))

export const overlapRefused = (cidr: string, networkId: string): CloudError =>
  refused(`Requested subnet with cidr: ${cidr} for network: ${networkId} overlaps with another subnet`)
