// What a subnet pool may hold. Source: neutron/ipam/subnet_alloc.py.
import { type Cidr, containsRange, formatCidr, parseCidr } from '#lib/cidr/cidr.ts'
import { CloudError } from '#platform/errors.ts'

const error = (type: string, message: string): CloudError => new CloudError('badRequest', message, { code: type })

export type Bounds = { readonly min: number; readonly max: number; readonly default: number }

/** The pool's prefixes, none inside another and neighbours joined, in order; all of one version. */
export function compactPrefixes(texts: readonly string[]): Cidr[] {
  const cidrs = texts.flatMap((text) => parseCidr(text) ?? [])
  const [first] = cidrs
  if (first === undefined) throw error('EmptySubnetPoolPrefixList', 'Empty subnet pool prefix list.')
  if (cidrs.some((cidr) => cidr.version !== first.version)) {
    throw error('PrefixVersionMismatch', 'Cannot mix IPv4 and IPv6 prefixes in a subnet pool.')
  }
  const result: Cidr[] = []
  for (const cidr of cidrs.sort((a, b) => (a.first === b.first ? a.prefix - b.prefix : a.first < b.first ? -1 : 1))) {
    const last = result.at(-1)
    if (last !== undefined && containsRange(last, cidr)) continue
    result.push(cidr)
    joinNeighbours(result)
  }
  return result
}

/** Joins the last two while they are the halves of one network. */
function joinNeighbours(list: Cidr[]): void {
  for (;;) {
    const [left, right] = list.slice(-2)
    if (left === undefined || right === undefined || left.prefix !== right.prefix) return
    const size = left.last - left.first + 1n
    if (left.last + 1n !== right.first || left.first % (size * 2n) !== 0n) return
    list.splice(-2, 2, { ...left, last: right.last, prefix: left.prefix - 1 })
  }
}

/** Prefix lengths of subnets taken from the pool, with defaults and checked. */
export function prefixBounds(
  version: number,
  asked: { readonly min: number | undefined; readonly max: number | undefined; readonly default: number | undefined },
): Bounds {
  const widest = version === 4 ? 32 : 128
  const min = asked.min ?? (version === 4 ? 8 : 64)
  const max = asked.max ?? widest
  const usual = asked.default ?? min
  const refuse = (type: string, length: number, against: string, limit: number): CloudError =>
    error('IllegalSubnetPoolPrefixBounds', `Illegal prefix bounds: ${type}=${length}, ${against}=${limit}.`)
  if (min > max) throw refuse('min_prefixlen', min, 'max_prefixlen', max)
  if (max > widest) throw refuse('max_prefixlen', max, 'ip_version_max', widest)
  if (usual < min) throw refuse('default_prefixlen', usual, 'min_prefixlen', min)
  if (usual > max) throw refuse('default_prefixlen', usual, 'max_prefixlen', max)
  return { min, max, default: usual }
}

/** Prefixes may be added to a pool, never taken from it. */
export function checkPrefixesKept(old: readonly Cidr[], now: readonly Cidr[]): void {
  const lost = old.filter((cidr) => !now.some((each) => containsRange(each, cidr)))
  if (lost.length === 0) return
  const message = 'Existing prefixes must be a subset of the new prefixes'
  throw error('IllegalSubnetPoolPrefixUpdate', `Illegal update to prefixes: ${message}.`)
}

export const prefixTexts = (cidrs: readonly Cidr[]): string => JSON.stringify(cidrs.map(formatCidr))
