// Ports of servers, for compute: planned before anything is made, made and bound in a saga, let go with the server. These functions
// run in the context of another service, so they ask no rule; what a caller may see still bounds what it can name.
import type { Ctx } from '#platform/context.ts'
import { badRequest, CloudError, conflict, forbidden, notFound } from '#platform/errors.ts'
import type { Deps } from '../deps.ts'

import { findAllocationOnNetwork } from '../ip-allocations/store.ts'
import { findNetwork, findNetworks, listUsableNetworks, type NetworkRow } from '../networks/store.ts'
import { removePorts } from '../ports/operations/delete.ts'
import { inRetriedTransaction, insertNewPorts, type NewPort } from '../ports/operations/insert.ts'
import { applyPortChanges } from '../ports/operations/update.ts'
import { findPort, findPorts, listPortsOfDevice, type PortRow } from '../ports/store.ts'
import { enforceQuota } from '../quotas/operations.ts'
import { ensureDefaultGroup } from '../security-groups/operations.ts'
import { findGroupsByNameOrId } from '../security-groups/store.ts'
import { textList } from '../visibility.ts'
import { toServerPorts, type ServerPort } from './read.ts'

/** A card as a server's owner asks for it. */
export type WantedPort = {
  readonly networkId: string | null
  readonly portId: string | null
  readonly fixedIp: string | null
  readonly tag: string | null
}

export type WantedPorts =
  | { readonly kind: 'auto' }
  | { readonly kind: 'none' }
  | { readonly kind: 'list'; readonly items: readonly WantedPort[] }

export type PlannedPort = WantedPort & { readonly networkId: string }

/** A card to be made: `portId` is chosen by compute, or names a port that exists. */
export type PortRequest = {
  readonly portId: string
  readonly existing: boolean
  readonly networkId: string | null
  readonly fixedIp: string | null
  readonly tag: string | null
}

export type ServerOfPorts = {
  readonly id: string
  readonly projectId: string
  readonly hostname: string
  readonly host: string
  readonly zone: string
}

function checkNetwork(ctx: Ctx, network: NetworkRow): void {
  if (textList(network.subnet_ids).length === 0) {
    throw badRequest(`Network ${network.id} requires a subnet in order to boot instances on.`)
  }
  if (network.external === 1 && network.shared === 0 && !ctx.caller.roles.includes('admin')) {
    throw forbidden(`It is not allowed to create an interface on external network ${network.id}`)
  }
}

async function planPort(ctx: Ctx, item: WantedPort): Promise<PlannedPort> {
  if (item.portId !== null) {
    const port = await findPort(ctx, item.portId)
    if (port === undefined) throw notFound(`Port ${item.portId} could not be found.`)
    if (port.device_id !== '') throw conflict(`Port ${item.portId} is still in use.`)
    if (port.fixed_ips === '[]') throw badRequest(`Port ${item.portId} requires a FixedIP in order to be used.`)
    return { ...item, networkId: port.network_id }
  }
  const id = item.networkId ?? ''
  const network = await findNetwork(ctx, id)
  if (network === undefined) throw notFound(`Network ${id} could not be found.`)
  checkNetwork(ctx, network)
  if (item.fixedIp !== null) {
    const taken = await findAllocationOnNetwork(ctx, id, item.fixedIp)
    const [holder] = taken === undefined ? [] : await findPorts(ctx, [taken.port_id])
    if (holder !== undefined) {
      throw badRequest(`Fixed IP address ${item.fixedIp} is already in use on instance ${holder.device_id}.`)
    }
  }
  return { ...item, networkId: id }
}

/** The one network that a project has, for a server that names none; nothing where there is none. */
async function planAutomatically(ctx: Ctx): Promise<PlannedPort[]> {
  const networks = await listUsableNetworks(ctx, ctx.caller.projectId ?? '')
  const [only, another] = networks
  if (only === undefined) return []
  if (another !== undefined) {
    throw conflict('Multiple possible networks found, use a Network ID to be more specific.')
  }
  checkNetwork(ctx, only)
  return [{ networkId: only.id, portId: null, fixedIp: null, tag: null }]
}

/**
 * Checks what a server asks for before anything is made, and resolves "auto".
 * @param servers how many servers will have it
 * @throws notFound, conflict (port in use, several networks), badRequest, forbidden (quota, external network)
 */
export async function planPorts(ctx: Ctx, wanted: WantedPorts, servers: number): Promise<PlannedPort[]> {
  if (wanted.kind === 'none') return []
  const planned: PlannedPort[] = []
  if (wanted.kind === 'auto') planned.push(...(await planAutomatically(ctx)))
  else for (const item of wanted.items) planned.push(await planPort(ctx, item))
  const more = planned.filter((port) => port.portId === null).length * servers
  try {
    await enforceQuota(ctx, ctx.caller.projectId ?? '', 'port', more)
  } catch (error) {
    if (error instanceof CloudError && error.code === 'OverQuota') throw forbidden('Maximum number of ports exceeded')
    throw error
  }
  return planned
}

/**
 * Ids of a project's security groups by name or id; `default` is made where it is not there yet.
 * @throws notFound, conflict (two of the name)
 */
export async function resolveSecurityGroups(
  ctx: Ctx,
  deps: Deps,
  names: readonly string[],
): Promise<{ id: string; name: string }[]> {
  if (names.length === 0) return []
  const projectId = ctx.caller.projectId ?? ''
  if (names.includes('default')) await ensureDefaultGroup(ctx, deps, projectId)
  const rows = await findGroupsByNameOrId(ctx, projectId, names)
  return names.map((name) => {
    const byIdentity = rows.find((row) => row.id === name)
    const matches = byIdentity === undefined ? rows.filter((row) => row.name === name) : [byIdentity]
    const [found] = matches
    if (found === undefined) throw notFound(`Security group ${name} not found.`)
    if (matches.length > 1) {
      throw conflict(`Multiple security groups found matching '${name}'. Use an ID to be more specific.`)
    }
    return { id: found.id, name: found.name }
  })
}

const ownerOf = (server: ServerOfPorts): string => `compute:${server.zone === '' ? 'nova' : server.zone}`

function newPort(server: ServerOfPorts, request: PortRequest, network: NetworkRow, groups: readonly string[]): NewPort {
  const portSecurity = network.port_security_enabled === 1
  return {
    id: request.portId,
    networkId: network.id,
    projectId: server.projectId,
    fixedIps: request.fixedIp === null ? undefined : [{ ip_address: request.fixedIp }],
    deviceId: server.id,
    deviceOwner: ownerOf(server),
    portSecurity,
    securityGroups: portSecurity ? groups : [],
    hostId: server.host,
    madeFor: server.id,
  }
}

async function takePort(ctx: Ctx, deps: Deps, server: ServerOfPorts, port: PortRow): Promise<void> {
  if (port.device_id !== '' && port.device_id !== server.id) throw conflict(`Port ${port.id} is still in use.`)
  if (port.device_id === server.id && port.host_id === server.host) return
  await applyPortChanges(ctx, deps, port, {
    device_id: server.id,
    device_owner: ownerOf(server),
    'binding:host_id': server.host,
  })
}

async function makePorts(
  ctx: Ctx,
  deps: Deps,
  server: ServerOfPorts,
  requests: readonly PortRequest[],
  groupIds: readonly string[],
): Promise<void> {
  if (requests.length === 0) return
  const networks = await findNetworks(ctx, [...new Set(requests.map((request) => request.networkId ?? ''))])
  const groups = groupIds.length > 0 ? groupIds : [await ensureDefaultGroup(ctx, deps, server.projectId)]
  const ports = requests.map((request) => {
    const network = networks.find((each) => each.id === request.networkId)
    if (network === undefined) throw notFound(`Network ${request.networkId} could not be found.`)
    return newPort(server, request, network, groups)
  })
  await enforceQuota(ctx, server.projectId, 'port', ports.length)
  await insertNewPorts(ctx, deps, ports)
}

/**
 * Makes or takes the ports of a server and binds them to its host. Doing it again changes nothing.
 * @throws notFound, conflict
 */
export async function allocatePorts(
  ctx: Ctx,
  deps: Deps,
  server: ServerOfPorts,
  requests: readonly PortRequest[],
  groupIds: readonly string[],
): Promise<ServerPort[]> {
  const ids = requests.map((request) => request.portId)
  return inRetriedTransaction(ctx, async (tx) => {
    const known = new Map((await findPorts(tx, ids)).map((port) => [port.id, port]))
    const missing = requests.find((request) => request.existing && !known.has(request.portId))
    if (missing !== undefined) throw notFound(`Port ${missing.portId} could not be found.`)
    for (const port of known.values()) await takePort(tx, deps, server, port)
    await makePorts(
      tx,
      deps,
      server,
      requests.filter((request) => !known.has(request.portId)),
      groupIds,
    )
    const rows = new Map((await findPorts(tx, ids)).map((port) => [port.id, port]))
    return toServerPorts(
      tx,
      ids.flatMap((id) => rows.get(id) ?? []),
    )
  })
}

async function release(ctx: Ctx, deps: Deps, ports: readonly PortRow[]): Promise<void> {
  const own = ports.filter((port) => port.made_for !== null && port.made_for === port.device_id)
  await removePorts(ctx, deps, own)
  for (const port of ports) {
    if (own.includes(port)) continue
    await applyPortChanges(ctx, deps, port, {
      device_id: '',
      device_owner: '',
      'binding:host_id': '',
      'binding:profile': {},
    })
  }
}

const isServerPort = (port: PortRow): boolean => port.device_owner.startsWith('compute:')

/** Deletes the ports that were made for a server, and lets go of the others. Doing it again changes nothing. */
export const releasePorts = (ctx: Ctx, deps: Deps, serverId: string): Promise<void> =>
  inRetriedTransaction(ctx, async (tx) =>
    release(tx, deps, (await listPortsOfDevice(tx, serverId)).filter(isServerPort)),
  )

/** Deletes, or lets go of, one port of a server. */
export const releasePort = (ctx: Ctx, deps: Deps, portId: string): Promise<void> =>
  inRetriedTransaction(ctx, async (tx) => release(tx, deps, (await findPorts(tx, [portId])).filter(isServerPort)))

export const listServerPorts = async (ctx: Ctx, serverId: string): Promise<ServerPort[]> =>
  toServerPorts(ctx, (await listPortsOfDevice(ctx, serverId)).filter(isServerPort))

/** The server that has an address on a network: whose metadata is asked for. */
export async function findServerByAddress(ctx: Ctx, networkId: string, address: string): Promise<string | null> {
  const allocation = await findAllocationOnNetwork(ctx, networkId, address)
  const [port] = allocation === undefined ? [] : await findPorts(ctx, [allocation.port_id])
  return port !== undefined && isServerPort(port) ? port.device_id : null
}
