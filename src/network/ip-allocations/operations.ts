// Addresses for ports, inside the transaction that writes them. The primary key decides between two who want the same address; the
// loser's transaction starts again. Free addresses are taken at random from the lowest hundred, as Neutron does: so that an address
// just given up is not at once somebody else's, and two controllers seldom want the same one.
import { randomInt } from 'node:crypto'
import { type Address, eui64Address, formatAddress, parseAddress, parseSortKey, sortKey } from '#lib/cidr/cidr.ts'
import type { Ctx } from '#platform/context.ts'
import type { FixedIpRequest } from '../attributes/addresses.ts'
import { invalidInput, ipAddressAllocated, neutronError, subnetNotFound } from '../errors.ts'
import { isTrusted } from '../ports/rules.ts'
import { findSubnets, type SubnetRow } from '../subnets/store.ts'
import { freeAddresses, isAutoAddress, isHostAddress, knownCidr, poolRanges } from './rules.ts'
import { findAllocation, type IpAllocationRow, listTakenKeys } from './store.ts'

const WINDOW = 100
const PAGE = 256

/** Where the lowest free address of a subnet may be: a hint that saves looking through a full beginning. */
export type AllocationHints = {
  readonly get: (subnetId: string) => string | undefined
  readonly set: (subnetId: string, key: string) => void
}

/** Who gets the addresses. */
export type Holder = {
  readonly id: string
  readonly macAddress: string
  readonly deviceOwner: string
}

export type Allocator = {
  /**
   * Addresses for a port.
   * @param requests what was asked for; undefined: one of each IP version that the network has
   * @param own allocations the port has already, which it may ask for again
   */
  readonly allocate: (
    holder: Holder,
    requests: readonly FixedIpRequest[] | undefined,
    own?: readonly IpAllocationRow[],
  ) => Promise<IpAllocationRow[]>
}

const isRouterPort = (owner: string): boolean => owner.startsWith('network:router_')

/** Allocates on one network; lives as long as its transaction and knows what it gave out. */
export function createAllocator(
  ctx: Ctx,
  networkId: string,
  subnets: readonly SubnetRow[],
  hints: AllocationHints,
): Allocator {
  const given = new Set<string>()
  const windows = new Map<string, bigint[]>()

  const toRow = (holder: Holder, subnet: SubnetRow, address: Address): IpAllocationRow => ({
    subnet_id: subnet.id,
    ip_key: sortKey(address),
    ip_address: formatAddress(address),
    port_id: holder.id,
    network_id: networkId,
  })

  const give = (row: IpAllocationRow): IpAllocationRow => {
    given.add(`${row.subnet_id} ${row.ip_key}`)
    return row
  }

  /** The lowest free addresses of a subnet from a key on. */
  async function findWindow(subnet: SubnetRow, from: string): Promise<bigint[]> {
    const { version } = knownCidr(subnet.cidr)
    const start = from === '' ? 0n : parseSortKey(from)
    for (const pool of poolRanges(subnet.allocation_pools)) {
      let first = pool.first > start ? pool.first : start
      while (first <= pool.last) {
        const keys = await listTakenKeys(
          ctx,
          subnet.id,
          sortKey({ version, value: first }),
          sortKey({ version, value: pool.last }),
          PAGE,
        )
        const taken = keys.map(parseSortKey)
        const lastSeen = taken.at(-1)
        const last = keys.length === PAGE && lastSeen !== undefined ? lastSeen : pool.last
        const free = freeAddresses({ version, first, last }, taken, WINDOW)
        if (free.length > 0) return free
        first = last + 1n
      }
    }
    return []
  }

  async function pick(subnet: SubnetRow): Promise<Address | undefined> {
    const { version } = knownCidr(subnet.cidr)
    let refilled = false
    for (;;) {
      const window = windows.get(subnet.id) ?? []
      while (window.length > 0) {
        const [value] = window.splice(randomInt(window.length), 1)
        if (value === undefined) break
        if (!given.has(`${subnet.id} ${sortKey({ version, value })}`)) return { version, value }
      }
      if (refilled) return undefined
      const hint = hints.get(subnet.id) ?? ''
      let free = (await findWindow(subnet, hint)).filter(
        (value) => !given.has(`${subnet.id} ${sortKey({ version, value })}`),
      )
      if (free.length === 0 && (hint !== '' || given.size > 0)) {
        free = await findUnheld(subnet)
      }
      refilled = free.length === 0
      if (free[0] !== undefined) hints.set(subnet.id, sortKey({ version, value: free[0] }))
      windows.set(subnet.id, free)
    }
  }

  /** As `findWindow`, past all that this transaction gave out and has not written yet. */
  async function findUnheld(subnet: SubnetRow): Promise<bigint[]> {
    const { version } = knownCidr(subnet.cidr)
    const keyOf = (value: bigint): string => sortKey({ version, value })
    let from = ''
    for (;;) {
      const free = await findWindow(subnet, from)
      const last = free.at(-1)
      if (last === undefined) return []
      const unheld = free.filter((value) => !given.has(`${subnet.id} ${keyOf(value)}`))
      if (unheld.length > 0) return unheld
      from = keyOf(last + 1n)
    }
  }

  async function fromAny(holder: Holder, candidates: readonly SubnetRow[]): Promise<IpAllocationRow> {
    for (const subnet of candidates) {
      const address = await pick(subnet)
      if (address !== undefined) return give(toRow(holder, subnet, address))
    }
    throw neutronError(
      'conflict',
      'IpAddressGenerationFailure',
      `No more IP addresses available on network ${networkId}.`,
    )
  }

  async function subnetOf({ subnet_id: id, ip_address: text }: FixedIpRequest): Promise<SubnetRow> {
    if (id !== undefined) {
      const subnet = subnets.find((each) => each.id === id)
      if (subnet !== undefined) return subnet
      if ((await findSubnets(ctx, [id])).length === 0) throw subnetNotFound(id)
      throw invalidInput(
        `Failed to create port on network ${networkId}, because fixed_ips included invalid subnet ${id}`,
      )
    }
    if (text === undefined) throw invalidInput('IP allocation requires subnet_id or ip_address')
    const address = parseAddress(text)
    const subnet = subnets.find((each) => address !== undefined && isInside(each, address))
    if (subnet !== undefined) return subnet
    throw neutronError(
      'badRequest',
      'InvalidIpForNetwork',
      `IP address ${text} is not a valid IP for any of the subnets on the specified network.`,
    )
  }

  async function specific(
    holder: Holder,
    subnet: SubnetRow,
    text: string,
    own: readonly IpAllocationRow[],
  ): Promise<IpAllocationRow> {
    const address = parseAddress(text)
    if (address === undefined || !isInside(subnet, address)) {
      throw neutronError(
        'badRequest',
        'InvalidIpForSubnet',
        `IP address ${text} is not a valid IP for the specified subnet.`,
      )
    }
    const row = toRow(holder, subnet, address)
    const mine = own.some((each) => each.subnet_id === row.subnet_id && each.ip_key === row.ip_key)
    if (!mine && isAutoAddress(subnet) && !isRouterPort(holder.deviceOwner)) {
      if (formatAddress(eui64Address(knownCidr(subnet.cidr), holder.macAddress)) !== row.ip_address) {
        throw neutronError(
          'badRequest',
          'AllocationOnAutoAddressSubnet',
          `IPv6 address ${text} cannot be directly assigned to a port on subnet ${subnet.id} as the subnet is configured for automatic addresses`,
        )
      }
    }
    const taken =
      given.has(`${row.subnet_id} ${row.ip_key}`) || (!mine && (await findAllocation(ctx, subnet.id, row.ip_key)))
    if (taken) throw ipAddressAllocated(subnet.id, row.ip_address)
    return give(row)
  }

  const automatic = (holder: Holder, subnet: SubnetRow): IpAllocationRow =>
    give(toRow(holder, subnet, eui64Address(knownCidr(subnet.cidr), holder.macAddress)))

  return {
    async allocate(holder, requests, own = []) {
      const makesOwn = (subnet: SubnetRow): boolean => isAutoAddress(subnet) && !isRouterPort(holder.deviceOwner)
      if (requests === undefined) {
        const managed = subnets.filter((subnet) => !isAutoAddress(subnet))
        const rows: IpAllocationRow[] = []
        for (const version of [4, 6]) {
          const candidates = managed.filter((subnet) => subnet.ip_version === version)
          if (candidates.length > 0) rows.push(await fromAny(holder, candidates))
        }
        return [...rows, ...subnets.filter(makesOwn).map((subnet) => automatic(holder, subnet))]
      }
      if (requests.length > 0 && subnets.length === 0) throw invalidInput('IP allocation requires subnets for network')
      const rows: IpAllocationRow[] = []
      // Addresses that are named go first, so that none of the others takes them.
      for (const request of requests) {
        if (request.ip_address !== undefined) {
          rows.push(await specific(holder, await subnetOf(request), request.ip_address, own))
        }
      }
      for (const request of requests) {
        if (request.ip_address !== undefined) continue
        const subnet = await subnetOf(request)
        if (!makesOwn(subnet)) rows.push(await fromAny(holder, [subnet]))
      }
      // Where hosts make their addresses themselves, nobody need ask for one.
      const implied = subnets.filter(
        (subnet) =>
          makesOwn(subnet) &&
          (!isTrusted(holder.deviceOwner) || requests.some(({ subnet_id: id }) => id === subnet.id)),
      )
      const missing = implied.filter((subnet) => rows.every((row) => row.subnet_id !== subnet.id))
      return [...rows, ...missing.map((subnet) => automatic(holder, subnet))]
    },
  }
}

function isInside(subnet: SubnetRow, address: Address): boolean {
  const cidr = knownCidr(subnet.cidr)
  return cidr.version === address.version && isHostAddress(cidr, address.value)
}
