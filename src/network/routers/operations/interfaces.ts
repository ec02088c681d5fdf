// A router's links to the networks that it routes between: ports of its own, made from a subnet or given by the caller.
import { containsAddress, parseAddress, parseCidr } from '#lib/cidr/cidr.ts'
import type { Ctx } from '#platform/context.ts'
import { isUuid, newUuid } from '#platform/ids.ts'
import { isDict, shown } from '../../attributes/readers.ts'
import type { Route } from '../../attributes/addresses.ts'
import type { Deps } from '../../deps.ts'
import { badRequestFor, neutronError, policyNotAuthorized, portNotFound, subnetNotFound } from '../../errors.ts'
import { fabricChanged } from '../../fabric/changes.ts'
import { listFloatingIpsOfRouter } from '../../floatingips/store.ts'
import { removePorts } from '../../ports/operations/delete.ts'
import { inRetriedTransaction, insertNewPorts } from '../../ports/operations/insert.ts'
import { applyPortChanges } from '../../ports/operations/update.ts'
import { findPort, findPorts, type PortRow } from '../../ports/store.ts'
import { findSubnet, findSubnets, type SubnetRow } from '../../subnets/store.ts'
import { checkApart } from '../rules.ts'
import { type RouterRow, updateRouter } from '../store.ts'
import { attachments, fixedIpsOf, getRouter, routerTarget } from './get.ts'

const OWNER = 'network:router_interface'

/** What was linked or unlinked, as the API answers. */
export type InterfaceInfo = {
  readonly id: string
  readonly tenant_id: string
  readonly port_id: string
  readonly network_id: string
  readonly subnet_id: string
  readonly subnet_ids: readonly string[]
  readonly project_id: string
}

type Named = { readonly portId: string | undefined; readonly subnetId: string | undefined }

function readInterface(body: unknown, forRemoval: boolean): Named {
  const given = isDict(body) ? body : {}
  if (given.port_id === undefined && given.subnet_id === undefined) {
    throw badRequestFor('router', 'Either subnet_id or port_id must be specified')
  }
  const read = (value: unknown): string | undefined => {
    if (value === undefined) return undefined
    if (typeof value !== 'string' || !isUuid(value))
      throw badRequestFor('router', `'${shown(value)}' is not a valid UUID`)
    return value
  }
  const named = { portId: read(given.port_id), subnetId: read(given.subnet_id) }
  if (!forRemoval && named.portId !== undefined && named.subnetId !== undefined) {
    throw badRequestFor('router', 'Cannot specify both subnet-id and port-id')
  }
  return named
}

const infoOf = (router: RouterRow, port: PortRow, subnetIds: readonly string[], first: string): InterfaceInfo => ({
  id: router.id,
  tenant_id: port.project_id,
  port_id: port.id,
  network_id: port.network_id,
  subnet_id: first,
  subnet_ids: subnetIds,
  project_id: port.project_id,
})

async function attachPort(ctx: Ctx, deps: Deps, router: RouterRow, portId: string): Promise<InterfaceInfo> {
  const port = await findPort(ctx, portId)
  if (port === undefined) throw portNotFound(portId)
  if (port.device_id !== '') {
    throw neutronError(
      'conflict',
      'PortInUse',
      `Unable to complete operation on port ${port.id} for network ${port.network_id}. Port already has an attached device ${port.device_id}.`,
    )
  }
  const ids = fixedIpsOf(port.fixed_ips).map((ip) => ip.subnet_id)
  if (ids.length === 0) throw badRequestFor('router', 'Router port must have at least one fixed IP')
  const subnets = await findSubnets(ctx, ids)
  if (subnets.filter((subnet) => subnet.ip_version === 4).length > 1) {
    throw badRequestFor('router', 'Cannot have multiple IPv4 subnets on router port')
  }
  checkApart((await attachments(ctx, router.id)).subnets, subnets)
  await applyPortChanges(ctx, deps, port, {
    device_id: router.id,
    device_owner: OWNER,
    port_security_enabled: false,
    security_groups: [],
    allowed_address_pairs: [],
  })
  return infoOf(router, port, ids, ids.at(-1) ?? '')
}

function checkOwner(ctx: Ctx, subnet: SubnetRow): void {
  if (subnet.project_id === ctx.caller.projectId || ctx.can('context_is_admin')) return
  const reason = `Cannot add interface to router because subnet ${subnet.id} is not owned by project making the request`
  throw badRequestFor('router', reason)
}

async function attachSubnet(ctx: Ctx, deps: Deps, router: RouterRow, subnetId: string): Promise<InterfaceInfo> {
  const subnet = await findSubnet(ctx, subnetId)
  if (subnet === undefined) throw subnetNotFound(subnetId)
  if (subnet.gateway_ip === null) throw badRequestFor('router', 'Subnet for router interface must have a gateway IP')
  checkOwner(ctx, subnet)
  const { ports, subnets } = await attachments(ctx, router.id)
  checkApart(subnets, [subnet])
  const address = { subnet_id: subnet.id, ip_address: subnet.gateway_ip }
  // IPv6 prefixes of one network share a port.
  const sibling = ports.find(
    (port) =>
      subnet.ip_version === 6 &&
      port.network_id === subnet.network_id &&
      port.device_owner === OWNER &&
      fixedIpsOf(port.fixed_ips).some((ip) => ip.ip_address.includes(':')),
  )
  if (sibling !== undefined) {
    await applyPortChanges(ctx, deps, sibling, { fixed_ips: [...fixedIpsOf(sibling.fixed_ips), address] })
    return infoOf(router, sibling, [subnet.id], subnet.id)
  }
  const [port] = await insertNewPorts(ctx, deps, [
    {
      id: newUuid(),
      networkId: subnet.network_id,
      projectId: router.project_id,
      fixedIps: [address],
      deviceId: router.id,
      deviceOwner: OWNER,
      portSecurity: false,
      securityGroups: [],
    },
  ])
  if (port === undefined) throw new Error('the router port was not made')
  return infoOf(router, port, [subnet.id], subnet.id)
}

async function inRouter(
  ctx: Ctx,
  deps: Deps,
  id: string,
  rule: 'add_router_interface' | 'remove_router_interface',
  work: (tx: Ctx, router: RouterRow) => Promise<InterfaceInfo>,
): Promise<InterfaceInfo> {
  return inRetriedTransaction(ctx, async (tx) => {
    const router = await getRouter(tx, id)
    if (!ctx.can(rule, routerTarget(router))) throw policyNotAuthorized(`rule:${rule}`)
    const info = await work(tx, router)
    await updateRouter(tx, id, {})
    await fabricChanged(tx, deps, [{ kind: 'router', id }])
    return info
  })
}

/**
 * Links a router to a subnet, by the subnet or by a port on it.
 * @throws notFound, conflict (port in use, address taken), badRequest (overlap, no gateway, …)
 */
export async function addInterface(ctx: Ctx, deps: Deps, id: string, body: unknown): Promise<InterfaceInfo> {
  const { portId, subnetId } = readInterface(body, false)
  return inRouter(ctx, deps, id, 'add_router_interface', (tx, router) =>
    portId === undefined ? attachSubnet(tx, deps, router, subnetId ?? '') : attachPort(tx, deps, router, portId),
  )
}

/** A link that floating IPs or routes go through stays. */
async function checkUnused(ctx: Ctx, router: RouterRow, subnets: readonly SubnetRow[]): Promise<void> {
  const floating = await listFloatingIpsOfRouter(ctx, router.id)
  const targets = await findPorts(
    ctx,
    floating.flatMap((row) => row.port_id ?? []),
  )
  const routes: Route[] = JSON.parse(router.routes)
  for (const subnet of subnets) {
    const uses = floating.some((row) =>
      targets.some(
        (port) =>
          port.id === row.port_id &&
          fixedIpsOf(port.fixed_ips).some((ip) => ip.subnet_id === subnet.id && ip.ip_address === row.fixed_ip_address),
      ),
    )
    const where = `Router interface for subnet ${subnet.id} on router ${router.id} cannot be deleted, as it is required by one or more`
    if (uses) throw neutronError('conflict', 'RouterInterfaceInUseByFloatingIP', `${where} floating IPs.`)
    const cidr = parseCidr(subnet.cidr)
    const routed = routes.some(({ nexthop }) => {
      const hop = parseAddress(nexthop)
      return cidr !== undefined && hop !== undefined && containsAddress(cidr, hop)
    })
    if (routed) throw neutronError('conflict', 'RouterInterfaceInUseByRoute', `${where} routes.`)
  }
}

async function detachPort(ctx: Ctx, deps: Deps, router: RouterRow, named: Named): Promise<InterfaceInfo> {
  const { ports } = await attachments(ctx, router.id)
  const port = ports.find((each) => each.id === named.portId && each.device_owner === OWNER)
  if (port === undefined) {
    const message = `Router ${router.id} does not have an interface with id ${named.portId}`
    throw neutronError('notFound', 'RouterInterfaceNotFound', message)
  }
  const ids = fixedIpsOf(port.fixed_ips).map((ip) => ip.subnet_id)
  if (named.subnetId !== undefined && !ids.includes(named.subnetId)) {
    const message = `Subnet on port ${port.id} does not match the requested subnet ${named.subnetId}.`
    throw neutronError('badRequest', 'SubnetMismatchForPort', message)
  }
  await checkUnused(ctx, router, await findSubnets(ctx, ids))
  await removePorts(ctx, deps, [port])
  return infoOf(router, port, ids, ids[0] ?? '')
}

async function detachSubnet(ctx: Ctx, deps: Deps, router: RouterRow, subnetId: string): Promise<InterfaceInfo> {
  const subnet = await findSubnet(ctx, subnetId)
  if (subnet === undefined) throw subnetNotFound(subnetId)
  const { ports } = await attachments(ctx, router.id)
  const port = ports.find(
    (each) => each.device_owner === OWNER && fixedIpsOf(each.fixed_ips).some((ip) => ip.subnet_id === subnetId),
  )
  if (port === undefined) {
    const message = `Router ${router.id} has no interface on subnet ${subnetId}`
    throw neutronError('notFound', 'RouterInterfaceNotFoundForSubnet', message)
  }
  await checkUnused(ctx, router, [subnet])
  const left = fixedIpsOf(port.fixed_ips).filter((ip) => ip.subnet_id !== subnetId)
  if (left.length > 0) await applyPortChanges(ctx, deps, port, { fixed_ips: left })
  else await removePorts(ctx, deps, [port])
  return infoOf(router, port, [subnetId], subnetId)
}

/**
 * Unlinks a router from a subnet.
 * @throws notFound, conflict (floating IPs or routes go through it), badRequest
 */
export async function removeInterface(ctx: Ctx, deps: Deps, id: string, body: unknown): Promise<InterfaceInfo> {
  const named = readInterface(body, true)
  return inRouter(ctx, deps, id, 'remove_router_interface', (tx, router) =>
    named.portId === undefined
      ? detachSubnet(tx, deps, router, named.subnetId ?? '')
      : detachPort(tx, deps, router, named),
  )
}
