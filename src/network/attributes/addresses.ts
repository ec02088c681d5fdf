// Readers of addresses, networks, MACs, and of the lists that hold them.
import { formatAddress, formatCidr, hasHostBits, parseAddress, parseCidr } from '#lib/cidr/cidr.ts'
import { pythonRepr } from '#platform/http/validation.ts'
import { isUuid } from '#platform/ids.ts'
import { invalidInput } from '../errors.ts'
import type { Reader } from './attribute.ts'
import { type Dict, invalidValue, isDict, shown } from './readers.ts'

export type FixedIpRequest = { readonly subnet_id?: string; readonly ip_address?: string }
export type Pool = { readonly start: string; readonly end: string }
export type Route = { readonly destination: string; readonly nexthop: string }

export const ipAddress: Reader<string> = (value, name) => {
  const address = typeof value === 'string' ? parseAddress(value) : undefined
  if (address === undefined) throw invalidValue(name, `'${shown(value)}' is not a valid IP address`)
  return formatAddress(address)
}

const MAC = /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i

export const macAddress: Reader<string> = (value, name) => {
  const mac = typeof value === 'string' && MAC.test(value) ? value.toLowerCase().replaceAll('-', ':') : ''
  if (mac === '' || mac === '00:00:00:00:00:00' || mac === 'ff:ff:ff:ff:ff:ff') {
    throw invalidValue(name, `'${shown(value)}' is not a valid MAC address`)
  }
  return mac
}

/** A network for a subnet: host bits are refused for IPv4, as Neutron does. */
export const subnetCidr: Reader<string> = (value, name) => {
  const cidr = typeof value === 'string' && value.includes('/') ? parseCidr(value) : undefined
  if (typeof value !== 'string' || cidr === undefined) throw invalidInput(`${shown(value)} is not in a CIDR format`)
  if (cidr.version === 4 && hasHostBits(value)) return `${value.split('/')[0]}/${cidr.prefix}`
  return cidr.version === 4 ? formatCidr(cidr) : `${ipAddress(value.split('/')[0], name)}/${cidr.prefix}`
}

/** A network that routes lead to: without host bits, and not loopback. */
export const routeCidr: Reader<string> = (value, name) => {
  const cidr = typeof value === 'string' && value.includes('/') ? parseCidr(value) : undefined
  if (typeof value !== 'string' || cidr === undefined || hasHostBits(value)) {
    throw invalidValue(name, `'${shown(value)}' is not a valid CIDR`)
  }
  if (value.startsWith('127.') || value === '::1/128') throw invalidValue(name, `'${value}' is not a routable CIDR`)
  return formatCidr(cidr)
}

/** `{a, b}` as Python prints a set; the order is ours. */
const pythonSet = (keys: readonly string[]): string => `{${keys.map(pythonRepr).join(', ')}}`

function exactKeys(value: unknown, name: string, keys: readonly string[]): Dict {
  if (!isDict(value)) {
    throw invalidValue(name, `Invalid input. '${shown(value)}' must be a dictionary with keys: ${pythonRepr(keys)}`)
  }
  const given = Object.keys(value)
  if (given.length !== keys.length || !keys.every((key) => key in value)) {
    const expected = `Expected keys: ${pythonSet(keys)} Provided keys: ${pythonSet(given)}`
    throw invalidValue(name, `Validation of dictionary's keys failed. ${expected}`)
  }
  return value
}

/** Start and end of allocation pools; null stands for none. */
export const pools: Reader<Pool[]> = (value, name) => {
  if (value === null) return []
  if (!Array.isArray(value)) throw invalidValue(name, `Invalid data format for IP pool: '${shown(value)}'`)
  return value.map((item: unknown) => {
    const pool = exactKeys(item, name, ['start', 'end'])
    return { start: ipAddress(pool.start, name), end: ipAddress(pool.end, name) }
  })
}

export const nameservers: Reader<string[]> = (value, name) => {
  if (value === null) return []
  if (!Array.isArray(value)) throw invalidValue(name, `Invalid data format for nameserver: '${shown(value)}'`)
  const hosts: string[] = []
  for (const item of value) {
    const address = typeof item === 'string' ? parseAddress(item) : undefined
    const why = `'${shown(item)}' is not a valid IP address`
    if (address === undefined) throw invalidValue(name, `'${shown(item)}' is not a valid nameserver. ${why}`)
    const host = formatAddress(address)
    if (hosts.includes(host)) throw invalidValue(name, `Duplicate nameserver '${host}'`)
    hosts.push(host)
  }
  return hosts
}

/** Routes of a subnet's hosts, or of a router; null stands for none. */
export const routes: Reader<Route[]> = (value, name) => {
  if (value === null) return []
  if (!Array.isArray(value)) throw invalidValue(name, `Invalid data format for hostroute: '${shown(value)}'`)
  const found: Route[] = []
  for (const item of value) {
    const given = exactKeys(item, name, ['destination', 'nexthop'])
    const route = { destination: routeCidr(given.destination, name), nexthop: ipAddress(given.nexthop, name) }
    if (found.some((other) => other.destination === route.destination && other.nexthop === route.nexthop)) {
      throw invalidValue(name, `Duplicate hostroute '${pythonRepr(given)}'`)
    }
    found.push(route)
  }
  return found
}

/** What a port asks of addresses: each a subnet, an address, or both. */
export const fixedIps: Reader<FixedIpRequest[]> = (value, name) => {
  if (!Array.isArray(value)) throw invalidValue(name, `Invalid data format for fixed IP: '${shown(value)}'`)
  const seen = new Set<string>()
  return value.map((item: unknown) => {
    if (!isDict(item)) throw invalidValue(name, `Invalid data format for fixed IP: '${shown(item)}'`)
    const request: { subnet_id?: string; ip_address?: string } = {}
    if (item.ip_address !== undefined) {
      request.ip_address = ipAddress(item.ip_address, name)
      if (seen.has(request.ip_address)) throw invalidValue(name, `Duplicate IP address '${request.ip_address}'`)
      seen.add(request.ip_address)
    }
    if (item.subnet_id !== undefined) {
      if (typeof item.subnet_id !== 'string' || !isUuid(item.subnet_id)) {
        throw invalidValue(name, `'${shown(item.subnet_id)}' is not a valid UUID`)
      }
      request.subnet_id = item.subnet_id
    }
    return request
  })
}
