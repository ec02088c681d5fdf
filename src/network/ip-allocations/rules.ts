import { type AddressRange, type Cidr, parseAddress, parseCidr } from '#lib/cidr/cidr.ts'

type Modes = { readonly ipv6_ra_mode: string | null; readonly ipv6_address_mode: string | null }

const AUTOMATIC = new Set(['slaac', 'dhcpv6-stateless'])

/** Whether hosts of the subnet make their addresses themselves. */
export const isAutoAddress = ({ ipv6_ra_mode: ra, ipv6_address_mode: mode }: Modes): boolean =>
  (ra !== null && AUTOMATIC.has(ra)) || (mode !== null && AUTOMATIC.has(mode))

/** A network that was checked when it was stored. */
export function knownCidr(text: string): Cidr {
  const cidr = parseCidr(text)
  if (cidr === undefined) throw new Error(`not a network: ${text}`)
  return cidr
}

/** The ranges of a subnet's allocation pools (JSON as stored). */
export function poolRanges(json: string): AddressRange[] {
  const pools: unknown = JSON.parse(json)
  if (!Array.isArray(pools)) return []
  return pools.flatMap((pool: { start: string; end: string }) => {
    const [start, end] = [parseAddress(pool.start), parseAddress(pool.end)]
    return start && end ? [{ version: start.version, first: start.value, last: end.value }] : []
  })
}

/** Up to `count` addresses of the range that are not among the taken ones (ascending), from the lowest on. */
export function freeAddresses(range: AddressRange, taken: readonly bigint[], count: number): bigint[] {
  const free: bigint[] = []
  let at = 0
  for (let address = range.first; address <= range.last && free.length < count; address++) {
    while (at < taken.length && (taken[at] ?? 0n) < address) at++
    if (taken[at] !== address) free.push(address)
  }
  return free
}

/** Whether an address of the subnet may be a host's: neither the network's own nor the broadcast address. */
export function isHostAddress(cidr: Cidr, value: bigint): boolean {
  if (value < cidr.first || value > cidr.last) return false
  const short = cidr.version === 4 ? 31 : 127
  if (cidr.prefix >= short) return true
  return value !== cidr.first && (cidr.version === 6 || value !== cidr.last)
}
