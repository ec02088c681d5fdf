import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { authorizeItem, readUpdate } from '../../attributes/body.ts'
import type { Deps } from '../../deps.ts'
import { invalidInput, neutronError, revisionMismatch } from '../../errors.ts'
import { fabricChanged } from '../../fabric/changes.ts'
import { listPortsOfNetwork, listPortsOwned } from '../../ports/store.ts'
import { serverPortsChanged } from '../../server-ports/events.ts'
import { listSubnetsOf } from '../../subnets/store.ts'
import { maxMtu, MIN_MTU_IPV6, mtuOf } from '../rules.ts'
import { networkResource, type UpdateNetwork } from '../schemas.ts'
import { type NetworkRow, updateNetwork as updateRow } from '../store.ts'
import { getNetwork, networkTarget } from './get.ts'

const PROVIDER = ['provider:network_type', 'provider:physical_network', 'provider:segmentation_id'] as const

function refuseProvider(row: NetworkRow, values: UpdateNetwork): void {
  const now = [row.network_type, row.physical_network ?? undefined, row.segmentation_id ?? undefined]
  const changed = PROVIDER.filter((name, at) => values[name] !== undefined && values[name] !== now[at])
  if (changed.length === 0) return
  throw invalidInput(
    `Plugin does not support updating the following provider network attributes: ${changed.join(', ')}`,
  )
}

/** A network that others use cannot be taken from them. */
async function checkSharing(ctx: Ctx, row: NetworkRow, shared: boolean | undefined): Promise<void> {
  if (shared !== false || row.shared === 0) return
  const strangers = (await listPortsOfNetwork(ctx, row.id)).some(
    (port) => port.project_id !== row.project_id && port.project_id !== '',
  )
  if (strangers) {
    throw neutronError(
      'conflict',
      'InvalidSharedSetting',
      `Unable to reconfigure sharing settings for network ${row.id}. Multiple projects are using it.`,
    )
  }
}

async function checkExternal(ctx: Ctx, row: NetworkRow, external: boolean | undefined): Promise<void> {
  if (external !== false || row.external === 0) return
  const gateways = await listPortsOwned(ctx, row.id, 'network:router_gateway')
  if (gateways.length > 0) {
    throw neutronError(
      'conflict',
      'ExternalNetworkInUse',
      `External network ${row.id} cannot be updated to be made non-external, since it has existing gateway ports.`,
    )
  }
}

async function checkMtu(ctx: Ctx, deps: Deps, row: NetworkRow, asked: number | undefined): Promise<number | undefined> {
  if (asked === undefined) return undefined
  const mtu = mtuOf(asked, maxMtu(row, deps.settings.physicalMtu))
  const subnets = await listSubnetsOf(ctx, [row.id])
  if (mtu < MIN_MTU_IPV6 && subnets.some((subnet) => subnet.ip_version === 6)) {
    const message = `MTU of ${row.id} is not valid, subnet requires a minimum of ${MIN_MTU_IPV6}`
    throw neutronError('conflict', 'NetworkMTUSubnetConflict', message)
  }
  return mtu
}

/** Everything of the network whose fabric depends on its MTU or on whether it leads to the outside. */
async function dependents(ctx: Ctx, id: string) {
  const subnets = (await listSubnetsOf(ctx, [id])).map((subnet) => ({ kind: 'subnet' as const, id: subnet.id }))
  const ports = await listPortsOfNetwork(ctx, id)
  const routers = ports
    .filter((port) => port.device_owner.startsWith('network:router_'))
    .map((port) => ({ kind: 'router' as const, id: port.device_id }))
  const metadata = ports
    .filter((port) => port.device_owner === 'network:distributed')
    .map((port) => ({ kind: 'port' as const, id: port.id }))
  return [...subnets, ...routers, ...metadata]
}

/**
 * Changes a network.
 * @throws notFound, forbidden, conflict, badRequest, preconditionFailed
 */
export function updateNetwork(
  ctx: Ctx,
  deps: Deps,
  id: string,
  body: unknown,
  revision: number | null,
): Promise<NetworkRow> {
  const update = readUpdate(ctx, networkResource, body)
  const { values } = update
  return inTransaction(ctx, async (tx) => {
    const row = await getNetwork(tx, id)
    authorizeItem(ctx, 'update_network', networkResource, update, networkTarget(row))
    if (revision !== null && revision !== row.revision_number) throw revisionMismatch(revision, row.revision_number)
    refuseProvider(row, values)
    await checkSharing(tx, row, values.shared)
    await checkExternal(tx, row, values['router:external'])
    const mtu = await checkMtu(tx, deps, row, values.mtu)
    const flag = (value: boolean | undefined, old: number): number => (value === undefined ? old : value ? 1 : 0)
    await updateRow(tx, id, {
      name: values.name ?? row.name,
      description: values.description ?? row.description,
      admin_state_up: flag(values.admin_state_up, row.admin_state_up),
      shared: flag(values.shared, row.shared),
      external: flag(values['router:external'], row.external),
      port_security_enabled: flag(values.port_security_enabled, row.port_security_enabled),
      mtu: mtu ?? row.mtu,
    })
    const further = mtu !== undefined && mtu !== row.mtu ? await dependents(tx, id) : []
    await fabricChanged(tx, deps, [{ kind: 'network', id }, ...further])
    // Servers keep the name and the MTU of the networks they are on.
    const isTold = (values.name ?? row.name) !== row.name || (mtu ?? row.mtu) !== row.mtu
    if (isTold) serverPortsChanged(tx, deps, await listPortsOfNetwork(tx, id))
    return getNetwork(tx, id)
  })
}
