import {
  type Cidr,
  containsRange,
  findFreeCidr,
  formatAddress,
  formatCidr,
  overlaps,
  parseCidr,
} from '#lib/cidr/cidr.ts'
import type { Ctx } from '#platform/context.ts'
import { newUuid } from '#platform/ids.ts'
import { authorizeItem, type NewItem, readCreate } from '../../attributes/body.ts'
import type { Deps } from '../../deps.ts'
import { badRequestFor, invalidInput, networkNotFound, neutronError, subnetPoolNotFound } from '../../errors.ts'
import { fabricChanged } from '../../fabric/changes.ts'
import { knownCidr } from '../../ip-allocations/rules.ts'
import { findNetwork, type NetworkRow, updateNetwork } from '../../networks/store.ts'
import { inRetriedTransaction } from '../../ports/operations/insert.ts'
import { enforceQuota } from '../../quotas/operations.ts'
import { newStandard } from '../../standard.ts'
import { findDefaultPool, findSubnetPool, type SubnetPoolRow } from '../../subnetpools/store.ts'
import { textList } from '../../visibility.ts'
import {
  checkCidr,
  checkDhcp,
  checkGateway,
  checkHostRoutes,
  checkIpv6Modes,
  checkNameservers,
  checkPools,
  defaultPools,
  overlapRefused,
  shownPools,
} from '../rules.ts'
import { type CreateSubnet, subnetAttributes, subnetResource } from '../schemas.ts'
import { insertSubnet, listSubnetsOf, listSubnetsOfPool, type SubnetRow } from '../store.ts'
import { addAutomaticAddresses, addMetadataAddress } from './addresses.ts'
import { subnetTarget } from './get.ts'

type SubnetItem = NewItem<typeof subnetAttributes>

async function poolOf(ctx: Ctx, values: CreateSubnet): Promise<SubnetPoolRow | null> {
  const { subnetpool_id: id, use_default_subnetpool: useDefault } = values
  if (useDefault && id) {
    throw badRequestFor('subnets', 'subnetpool_id and use_default_subnetpool cannot both be specified')
  }
  if (useDefault) {
    const found = await findDefaultPool(ctx, values.ip_version)
    if (found === undefined) throw badRequestFor('subnets', `No default subnetpool found for IPv${values.ip_version}`)
    return found
  }
  if (id === undefined || id === null) return null
  const pool = await findSubnetPool(ctx, id)
  if (pool === undefined) throw subnetPoolNotFound(id)
  return pool
}

/** The address space of a subnet taken from a pool. */
async function cidrFromPool(ctx: Ctx, pool: SubnetPoolRow, values: CreateSubnet): Promise<Cidr> {
  if (values.ip_version !== pool.ip_version) {
    const reason = `Cannot allocate IPv${values.ip_version} subnet from IPv${pool.ip_version} subnet pool`
    throw badRequestFor('subnets', reason)
  }
  const prefixes = textList(pool.prefixes).map(knownCidr)
  const taken = (await listSubnetsOfPool(ctx, pool.id)).map((row) => knownCidr(row.cidr))
  const wanted = values.cidr ? parseCidr(values.cidr) : undefined
  const length = wanted?.prefix ?? values.prefixlen ?? pool.default_prefixlen
  if (length > pool.max_prefixlen) {
    const message = `Unable to allocate subnet with prefix length ${length}, maximum allowed prefix is ${pool.max_prefixlen}.`
    throw neutronError('badRequest', 'MaxPrefixSubnetAllocationError', message)
  }
  if (length < pool.min_prefixlen) {
    const message = `Unable to allocate subnet with prefix length ${length}, minimum allowed prefix is ${pool.min_prefixlen}.`
    throw neutronError('badRequest', 'MinPrefixSubnetAllocationError', message)
  }
  if (wanted === undefined) {
    if (values.allocation_pools !== undefined) {
      throw badRequestFor('subnets', 'allocation_pools allowed only for specific subnet requests')
    }
    const free = findFreeCidr(prefixes, taken, length)
    if (free !== undefined) return free
    throw neutronError(
      'internal',
      'SubnetAllocationError',
      `Failed to allocate subnet: Insufficient prefix space to allocate subnet size /${length}.`,
    )
  }
  const fits =
    prefixes.some((prefix) => containsRange(prefix, wanted)) && !taken.some((other) => overlaps(other, wanted))
  if (fits) return wanted
  throw neutronError(
    'internal',
    'SubnetAllocationError',
    'Failed to allocate subnet: Cannot allocate requested subnet from the available set of prefixes.',
  )
}

async function cidrOf(ctx: Ctx, values: CreateSubnet, pool: SubnetPoolRow | null): Promise<Cidr> {
  if (values.cidr && values.prefixlen !== undefined) {
    throw badRequestFor('subnets', 'cidr and prefixlen must not be supplied together')
  }
  if (pool !== null) return cidrFromPool(ctx, pool, values)
  const cidr = values.cidr ? parseCidr(values.cidr) : undefined
  if (cidr === undefined) throw badRequestFor('subnets', 'a subnetpool must be specified in the absence of a cidr')
  return cidr
}

function gatewayOf(cidr: Cidr, asked: string | null | undefined): string | null {
  if (asked !== undefined) return asked
  const only = cidr.version === 4 ? 32 : 128
  return cidr.prefix === only ? null : formatAddress({ version: cidr.version, value: cidr.first + 1n })
}

function checkSubnet(values: CreateSubnet, cidr: Cidr): void {
  const { ip_version: version } = values
  checkCidr(cidr, version, formatCidr(cidr))
  if (values.enable_dhcp) checkDhcp(cidr)
  if (values.gateway_ip) checkGateway(cidr, values.gateway_ip)
  checkNameservers(version, values.dns_nameservers ?? [], 'new subnet')
  checkHostRoutes(version, values.host_routes ?? [], 'new subnet')
  const modes = { ra: values.ipv6_ra_mode, address: values.ipv6_address_mode }
  checkIpv6Modes(version, modes, values.enable_dhcp, cidr)
}

/** A network that has a subnet out of a pool has all subnets of that version out of it. */
function checkSamePool(others: readonly SubnetRow[], pool: SubnetPoolRow | null): void {
  if (pool === null) return
  if (others.every((other) => other.ip_version !== pool.ip_version || other.subnetpool_id === pool.id)) return
  const message = 'Subnets hosted on the same network must be allocated from the same subnet pool.'
  throw neutronError('badRequest', 'NetworkSubnetPoolAffinityError', message)
}

async function toRow(ctx: Ctx, item: SubnetItem, network: NetworkRow): Promise<SubnetRow> {
  const { values } = item
  const pool = await poolOf(ctx, values)
  const cidr = await cidrOf(ctx, values, pool)
  checkSubnet(values, cidr)
  const others = await listSubnetsOf(ctx, [network.id])
  checkSamePool(others, pool)
  if (others.some((other) => overlaps(knownCidr(other.cidr), cidr))) throw overlapRefused(formatCidr(cidr), network.id)
  if (values.ip_version === 6 && network.mtu < 1280) {
    throw invalidInput(`MTU of ${network.id} is not valid, subnet requires a minimum of 1280`)
  }
  const gateway = gatewayOf(cidr, values.gateway_ip)
  const pools =
    values.allocation_pools === undefined
      ? defaultPools(cidr, gateway)
      : checkPools(values.allocation_pools, cidr, gateway)
  return {
    id: newUuid(),
    project_id: item.projectId,
    name: values.name,
    description: values.description,
    ...newStandard(ctx.now, 0),
    tags: JSON.stringify(values.tags ?? []),
    network_id: network.id,
    ip_version: values.ip_version,
    cidr: formatCidr(cidr),
    gateway_ip: gateway,
    allocation_pools: JSON.stringify(shownPools(pools)),
    dns_nameservers: JSON.stringify(values.dns_nameservers ?? []),
    host_routes: JSON.stringify(values.host_routes ?? []),
    enable_dhcp: values.enable_dhcp ? 1 : 0,
    ipv6_ra_mode: values.ipv6_ra_mode ?? null,
    ipv6_address_mode: values.ipv6_address_mode ?? null,
    subnetpool_id: pool?.id ?? null,
  }
}

/** A new subnet, and whether its network leads to the outside. */
export type NewSubnet = { readonly row: SubnetRow; readonly external: boolean }

async function createSubnet(ctx: Ctx, tx: Ctx, deps: Deps, item: SubnetItem): Promise<NewSubnet> {
  const networkId = item.values.network_id
  const network = await findNetwork(tx, networkId)
  if (network === undefined) throw networkNotFound(networkId)
  const target = subnetTarget({ ...network, project_id: item.projectId, network_project_id: network.project_id })
  authorizeItem(ctx, 'create_subnet', subnetResource, item, target)
  await enforceQuota(tx, item.projectId, 'subnet', 1)
  const row = await toRow(tx, item, network)
  await insertSubnet(tx, row)
  await updateNetwork(tx, network.id, { subnet_ids: JSON.stringify([...textList(network.subnet_ids), row.id]) })
  if (row.enable_dhcp === 1) await addMetadataAddress(tx, deps, row)
  await addAutomaticAddresses(tx, deps, row)
  await fabricChanged(tx, deps, [
    { kind: 'network', id: network.id },
    { kind: 'subnet', id: row.id },
  ])
  return { row, external: network.external === 1 }
}

/**
 * Creates the subnets of a request, all or none.
 * @throws notFound (network, pool), conflict (quota, pools), badRequest (overlap, …)
 */
export async function createSubnets(
  ctx: Ctx,
  deps: Deps,
  body: unknown,
): Promise<{ subnets: NewSubnet[]; bulk: boolean }> {
  const { items, bulk } = readCreate(ctx, subnetResource, body)
  ctx.can('create_subnet', {})
  const subnets = await inRetriedTransaction(ctx, async (tx) => {
    const made: NewSubnet[] = []
    for (const item of items) made.push(await createSubnet(ctx, tx, deps, item))
    return made
  })
  return { subnets, bulk }
}
