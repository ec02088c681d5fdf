// Where a floating IP leads: to one IPv4 address of a port, through a router that links the port's subnet with the floating network.
import type { Ctx } from '#platform/context.ts'
import type { Deps } from '../../deps.ts'
import { badRequestFor, neutronError, portNotFound } from '../../errors.ts'
import { fabricChanged } from '../../fabric/changes.ts'
import { listUsersOfSubnet } from '../../ip-allocations/store.ts'
import { findPort, findPorts } from '../../ports/store.ts'
import { findRouters } from '../../routers/store.ts'
import { serverPortsChanged } from '../../server-ports/events.ts'
import { findSubnets } from '../../subnets/store.ts'
import * as store from '../store.ts'

export type Association = Pick<store.FloatingIpRow, 'port_id' | 'fixed_ip_address' | 'router_id'>

export const NOWHERE: Association = { port_id: null, fixed_ip_address: null, router_id: null }

type FixedIp = { readonly subnet_id: string; readonly ip_address: string }

/** The address of the port that is meant: the one named, or its only one. */
function targetOf(portId: string, fixedIps: readonly FixedIp[], asked: string | null): FixedIp {
  const refuse = (reason: string): Error => badRequestFor('floatingip', reason)
  if (asked !== null) {
    if (asked.includes(':')) {
      throw refuse(`Cannot process floating IP association with ${asked}, since that is not an IPv4 address`)
    }
    const found = fixedIps.find((ip) => ip.ip_address === asked)
    if (found === undefined) throw refuse(`Port ${portId} does not have fixed ip ${asked}`)
    return found
  }
  const candidates = fixedIps.filter((ip) => !ip.ip_address.includes(':'))
  const [only] = candidates
  if (only === undefined) {
    throw refuse(`Cannot add floating IP to port ${portId} that has no fixed IPv4 addresses`)
  }
  if (candidates.length > 1) {
    throw refuse(
      `Port ${portId} has multiple fixed IPv4 addresses.  Must provide a specific IPv4 address when assigning a floating IP`,
    )
  }
  return only
}

/** The router that links a subnet with a network: the one that is the subnet's gateway before any other. */
async function routerBetween(ctx: Ctx, subnetId: string, networkId: string, portId: string): Promise<string> {
  const links = (await listUsersOfSubnet(ctx, subnetId)).filter(
    (user) => user.device_owner === 'network:router_interface',
  )
  const routers = await findRouters(
    ctx,
    links.map((link) => link.device_id),
  )
  const able = new Set(routers.filter((row) => row.gateway_network_id === networkId).map((row) => row.id))
  const candidates = links.filter((link) => able.has(link.device_id))
  const [subnet] = await findSubnets(ctx, [subnetId])
  const chosen = candidates.find((link) => link.ip_address === subnet?.gateway_ip) ?? candidates[0]
  if (chosen !== undefined) return chosen.device_id
  throw neutronError(
    'notFound',
    'ExternalGatewayForFloatingIPNotFound',
    `External network ${networkId} is not reachable from subnet ${subnetId}.  Therefore, cannot associate Port ${portId} with a Floating IP.`,
  )
}

/**
 * What a floating IP's columns become when it is to lead to a port.
 * @throws notFound (port, way), conflict (address has one already), badRequest
 */
export async function associate(
  ctx: Ctx,
  floatingIp: Pick<store.FloatingIpRow, 'id' | 'project_id' | 'floating_network_id' | 'floating_ip_address'>,
  portId: string | null,
  fixedIp: string | null,
): Promise<Association> {
  if (portId === null) {
    if (fixedIp !== null) throw badRequestFor('floatingip', 'fixed_ip_address cannot be specified without a port_id')
    return NOWHERE
  }
  const port = await findPort(ctx, portId)
  if (port === undefined) throw portNotFound(portId)
  if (port.project_id !== floatingIp.project_id && !ctx.caller.roles.includes('admin')) {
    const reason = `Cannot process floating IP association with Port ${portId}, since that port is owned by a different project`
    throw badRequestFor('floatingip', reason)
  }
  const fixedIps: FixedIp[] = JSON.parse(port.fixed_ips)
  const target = targetOf(portId, fixedIps, fixedIp)
  const router = await routerBetween(ctx, target.subnet_id, floatingIp.floating_network_id, portId)
  const other = await store.findByTarget(ctx, floatingIp.floating_network_id, portId, target.ip_address)
  if (other !== undefined && other.id !== floatingIp.id) {
    throw neutronError(
      'conflict',
      'FloatingIPPortAlreadyAssociated',
      `Cannot associate floating IP ${floatingIp.floating_ip_address} (${other.id}) with port ${portId} using fixed IP ${target.ip_address}, as that fixed IP already has a floating IP on external network ${floatingIp.floating_network_id}.`,
    )
  }
  return { port_id: portId, fixed_ip_address: target.ip_address, router_id: router }
}

/** Tells the fabric of floating IPs, and compute of the servers that they led to before or lead to now. */
export async function floatingIpsChanged(
  ctx: Ctx,
  deps: Deps,
  rows: readonly Pick<store.FloatingIpRow, 'id' | 'port_id'>[],
): Promise<void> {
  await fabricChanged(
    ctx,
    deps,
    rows.map(({ id }) => ({ kind: 'floatingip' as const, id })),
  )
  serverPortsChanged(
    ctx,
    deps,
    await findPorts(
      ctx,
      rows.flatMap((row) => row.port_id ?? []),
    ),
  )
}

async function release(ctx: Ctx, deps: Deps, rows: readonly store.FloatingIpRow[]): Promise<void> {
  if (rows.length === 0) return
  for (const row of rows) await store.updateFloatingIp(ctx, row.id, NOWHERE)
  await floatingIpsChanged(ctx, deps, rows)
}

/** Floating IPs of ports that go lead nowhere from then on. */
export const disassociatePort = async (ctx: Ctx, deps: Deps, portIds: readonly string[]): Promise<void> =>
  release(ctx, deps, await store.listFloatingIpsOfPorts(ctx, portIds))

/** Floating IPs of addresses that a port has given up lead nowhere from then on. */
export async function refreshFloatingIps(ctx: Ctx, deps: Deps, portId: string, fixedIpsJson: string): Promise<void> {
  const fixedIps: FixedIp[] = JSON.parse(fixedIpsJson)
  const kept = new Set(fixedIps.map((ip) => ip.ip_address))
  const rows = await store.listFloatingIpsOfPorts(ctx, [portId])
  await release(
    ctx,
    deps,
    rows.filter((row) => row.fixed_ip_address !== null && !kept.has(row.fixed_ip_address)),
  )
}
