// Addresses and ranges as BigInt, of both IP versions. Text is parsed strictly (four decimal parts, no octal, no zone) and written as
// RFC 5952 has it, so that two texts of one address compare equal once formatted.
import ipaddr from 'ipaddr.js'

export type IpVersion = 4 | 6
export type Address = { readonly version: IpVersion; readonly value: bigint }
/** A closed range of addresses of one version. */
export type AddressRange = { readonly version: IpVersion; readonly first: bigint; readonly last: bigint }
/** A range that is a network: `first` is its network address, `last` its highest. */
export type Cidr = AddressRange & { readonly prefix: number }

const BITS: { readonly [version in IpVersion]: number } = { 4: 32, 6: 128 }

function fromBytes(bytes: readonly number[]): bigint {
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return value
}

function toBytes(version: IpVersion, value: bigint): number[] {
  const bytes: number[] = []
  for (let shift = BigInt(BITS[version]) - 8n; shift >= 0n; shift -= 8n) bytes.push(Number((value >> shift) & 0xffn))
  return bytes
}

/** Parses an address; undefined when the text is none. */
export function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) {
    return { version: 4, value: fromBytes(ipaddr.IPv4.parse(text).octets) }
  }
  if (text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text)) {
    return { version: 6, value: fromBytes(ipaddr.IPv6.parse(text).toByteArray()) }
  }
  return undefined
}

/** The canonical text of an address. */
export function formatAddress({ version, value }: Address): string {
  const bytes = toBytes(version, value)
  return version === 4 ? bytes.join('.') : ipaddr.fromByteArray(bytes).toString()
}

/** The network that an address with a prefix length lies in (host bits are dropped). */
export function cidrOf(address: Address, prefix: number): Cidr {
  const hostBits = BigInt(BITS[address.version] - prefix)
  const first = (address.value >> hostBits) << hostBits
  return { version: address.version, first, last: first + (1n << hostBits) - 1n, prefix }
}

/** Parses `address/prefix`, or a bare address as a network of one; undefined when the text is neither. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/')
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash))
  if (address === undefined) return undefined
  const length = slash < 0 ? String(BITS[address.version]) : text.slice(slash + 1)
  if (!/^\d{1,3}$/.test(length) || Number(length) > BITS[address.version]) return undefined
  return cidrOf(address, Number(length))
}

export function formatCidr(cidr: Cidr): string {
  return `${formatAddress({ version: cidr.version, value: cidr.first })}/${cidr.prefix}`
}

/** Whether the text is a network without host bits, or only an address written where a network belongs. */
export function hasHostBits(text: string): boolean {
  const cidr = parseCidr(text)
  const address = parseAddress(text.split('/', 1)[0] ?? '')
  return cidr !== undefined && address !== undefined && cidr.first !== address.value
}

export function containsAddress(range: AddressRange, address: Address): boolean {
  return range.version === address.version && range.first <= address.value && address.value <= range.last
}

export function containsRange(outer: AddressRange, inner: AddressRange): boolean {
  return outer.version === inner.version && outer.first <= inner.first && inner.last <= outer.last
}

export function overlaps(a: AddressRange, b: AddressRange): boolean {
  return a.version === b.version && a.first <= b.last && b.first <= a.last
}

/** How many addresses a range holds. */
export function sizeOf(range: AddressRange): bigint {
  return range.last - range.first + 1n
}

/** The range without the given addresses: what is left, in order. */
export function excludeAddresses(range: AddressRange, addresses: readonly bigint[]): AddressRange[] {
  const { version } = range
  const left: AddressRange[] = []
  let first = range.first
  for (const address of addresses
    .filter((value) => range.first <= value && value <= range.last)
    .sort((a, b) => (a < b ? -1 : 1))) {
    if (address > first) left.push({ version, first, last: address - 1n })
    if (address >= first) first = address + 1n
  }
  if (first <= range.last) left.push({ version, first, last: range.last })
  return left
}

/**
 * Where hosts may be: an IPv4 network without its first and last address unless it is a /31 or /32, an IPv6 network without its
 * subnet-router anycast address unless it is a /127 or /128.
 */
export function hostRange(cidr: Cidr): AddressRange {
  const { version, first, last, prefix } = cidr
  if (prefix >= BITS[version] - 1) return { version, first, last }
  return { version, first: first + 1n, last: version === 4 ? last - 1n : last }
}

/** A text of fixed width that sorts as the address does. */
export function sortKey({ version, value }: Address): string {
  return value.toString(16).padStart(BITS[version] / 4, '0')
}

/** The number behind a sort key. */
export function parseSortKey(key: string): bigint {
  return BigInt(`0x${key}`)
}

/** The SLAAC address of an interface: the network's first 64 bits and the modified EUI-64 of its MAC (RFC 4291, appendix A). */
export function eui64Address(cidr: Cidr, mac: string): Address {
  const bytes = mac.split(/[:-]/).map((part) => Number.parseInt(part, 16))
  if (bytes.length !== 6 || bytes.some((byte) => !(byte >= 0 && byte <= 255)))
    throw new TypeError(`not a MAC address: ${mac}`)
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = bytes
  return { version: 6, value: cidr.first | fromBytes([a ^ 2, b, c, 0xff, 0xfe, d, e, f]) }
}

/** The smallest free network of the length inside the ranges, given what is taken; undefined when there is no room. */
export function findFreeCidr(
  ranges: readonly Cidr[],
  taken: readonly AddressRange[],
  prefix: number,
): Cidr | undefined {
  for (const range of ranges) {
    if (prefix < range.prefix) continue
    const size = 1n << BigInt(BITS[range.version] - prefix)
    const blockers = taken.filter((other) => overlaps(range, other)).sort((a, b) => (a.first < b.first ? -1 : 1))
    let first = range.first
    for (const blocker of blockers) {
      if (first + size - 1n < blocker.first) break
      if (blocker.last >= first) first = ((blocker.last + size) / size) * size
    }
    if (first + size - 1n <= range.last) return { version: range.version, first, last: first + size - 1n, prefix }
  }
  return undefined
}
