import type { Ctx } from '#platform/context.ts'
import { authorizeItem, readUpdate } from '../../attributes/body.ts'
import type { Deps } from '../../deps.ts'
import { neutronError, revisionMismatch } from '../../errors.ts'
import { fabricChanged } from '../../fabric/changes.ts'
import { knownCidr, poolRanges } from '../../ip-allocations/rules.ts'
import { listUsersOfSubnet } from '../../ip-allocations/store.ts'
import { updateNetwork } from '../../networks/store.ts'
import { inRetriedTransaction } from '../../ports/operations/insert.ts'
import { listRouterIdsByGateway } from '../../routers/store.ts'
import {
  checkDhcp,
  checkGateway,
  checkGatewayOutside,
  checkHostRoutes,
  checkNameservers,
  checkPools,
  shownPools,
} from '../rules.ts'
import { subnetResource, type UpdateSubnet } from '../schemas.ts'
import { type SubnetRow, updateSubnet as updateRow, type VisibleSubnet } from '../store.ts'
import { addMetadataAddress } from './addresses.ts'
import { getSubnet, subnetTarget } from './get.ts'

async function checkGatewayChange(ctx: Ctx, row: SubnetRow, gateway: string | null): Promise<void> {
  if (gateway !== null) checkGateway(knownCidr(row.cidr), gateway)
  if (gateway === row.gateway_ip) return
  const holder = (await listUsersOfSubnet(ctx, row.id)).find(
    (user) => user.ip_address === row.gateway_ip && user.device_owner.startsWith('network:router_'),
  )
  if (holder !== undefined) {
    const message = `Current gateway ip ${row.gateway_ip} already in use by port ${holder.port_id}. Unable to update.`
    throw neutronError('conflict', 'GatewayIpInUse', message)
  }
}

async function changesOf(ctx: Ctx, row: SubnetRow, values: UpdateSubnet): Promise<Partial<SubnetRow>> {
  const cidr = knownCidr(row.cidr)
  const gateway = values.gateway_ip === undefined ? row.gateway_ip : values.gateway_ip
  if (values.gateway_ip !== undefined) await checkGatewayChange(ctx, row, values.gateway_ip)
  if (values.enable_dhcp === true && row.enable_dhcp === 0) checkDhcp(cidr)
  if (values.dns_nameservers !== undefined) checkNameservers(row.ip_version, values.dns_nameservers, row.id)
  if (values.host_routes !== undefined) checkHostRoutes(row.ip_version, values.host_routes, row.id)
  const pools = values.allocation_pools === undefined ? undefined : checkPools(values.allocation_pools, cidr, gateway)
  if (pools === undefined && values.gateway_ip !== undefined) {
    checkGatewayOutside(poolRanges(row.allocation_pools), gateway)
  }
  return {
    name: values.name ?? row.name,
    description: values.description ?? row.description,
    gateway_ip: gateway,
    enable_dhcp: values.enable_dhcp === undefined ? row.enable_dhcp : values.enable_dhcp ? 1 : 0,
    ...(pools === undefined ? {} : { allocation_pools: JSON.stringify(shownPools(pools)) }),
    ...(values.dns_nameservers === undefined ? {} : { dns_nameservers: JSON.stringify(values.dns_nameservers) }),
    ...(values.host_routes === undefined ? {} : { host_routes: JSON.stringify(values.host_routes) }),
  }
}

/**
 * Changes a subnet.
 * @throws notFound, forbidden, conflict, badRequest, preconditionFailed
 */
export function updateSubnet(
  ctx: Ctx,
  deps: Deps,
  id: string,
  body: unknown,
  revision: number | null,
): Promise<VisibleSubnet> {
  const update = readUpdate(ctx, subnetResource, body)
  return inRetriedTransaction(ctx, async (tx) => {
    const row = await getSubnet(tx, id)
    authorizeItem(ctx, 'update_subnet', subnetResource, update, subnetTarget(row))
    if (revision !== null && revision !== row.revision_number) throw revisionMismatch(revision, row.revision_number)
    const changes = await changesOf(tx, row, update.values)
    await updateRow(tx, id, changes)
    await updateNetwork(tx, row.network_id, {})
    const changed = await getSubnet(tx, id)
    const turnedOn = changed.enable_dhcp === 1 && row.enable_dhcp === 0
    if (turnedOn) await addMetadataAddress(tx, deps, changed)
    // DHCP that was turned on is news for every port; another gateway is news for the routers that go out by it.
    const ports = turnedOn ? (await listUsersOfSubnet(tx, id)).map((user) => user.port_id) : []
    const routers = changes.gateway_ip === row.gateway_ip ? [] : await listRouterIdsByGateway(tx, row.network_id)
    await fabricChanged(tx, deps, [
      { kind: 'subnet', id },
      ...ports.map((port) => ({ kind: 'port' as const, id: port })),
      ...routers.map((router) => ({ kind: 'router' as const, id: router })),
    ])
    return changed
  })
}
