import { parseAddress, sortKey } from '#lib/cidr/cidr.ts'
import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { authorizeItem } from '../../attributes/body.ts'
import type { Deps } from '../../deps.ts'
import { networkNotFound, neutronError, revisionMismatch } from '../../errors.ts'
import { fabricChanged } from '../../fabric/changes.ts'
import { disassociatePort } from '../../floatingips/operations/associate.ts'
import { deleteAllocationsOfPorts } from '../../ip-allocations/store.ts'
import { findNetworks } from '../../networks/store.ts'
import { serverPortsChanged } from '../../server-ports/events.ts'
import { portResource } from '../schemas.ts'
import { deletePorts, leaveSecurityGroups, type PortRow } from '../store.ts'
import { portTarget } from './create.ts'
import { getPort } from './get.ts'

/** Ports of these owners are made and deleted through what they serve. */
const SERVED: { readonly [owner: string]: string } = {
  'network:router_interface': 'network:router_interface',
  'network:router_gateway': 'network:router_gateway',
  'network:floatingip': 'network:floatingip',
}

/** Removes ports, their addresses and what pointed at them. Must run inside a transaction. */
export async function removePorts(ctx: Ctx, deps: Deps, rows: readonly PortRow[]): Promise<void> {
  if (rows.length === 0) return
  const ids = rows.map((row) => row.id)
  const withAddress = rows.filter((row) => row.fixed_ips !== '[]').map((row) => row.id)
  await disassociatePort(ctx, deps, withAddress)
  await deleteAllocationsOfPorts(ctx, withAddress)
  await leaveSecurityGroups(
    ctx,
    rows.filter((row) => row.security_groups !== '[]').map((row) => row.id),
  )
  await deletePorts(ctx, ids)
  forgetHints(deps, rows)
  await fabricChanged(
    ctx,
    deps,
    ids.map((id) => ({ kind: 'port' as const, id })),
  )
}

/** An address given up below a subnet's hint must be found again. */
function forgetHints({ hints }: Deps, rows: readonly PortRow[]): void {
  for (const row of rows) {
    const fixedIps: { subnet_id: string; ip_address: string }[] = JSON.parse(row.fixed_ips)
    for (const { subnet_id: subnet, ip_address: text } of fixedIps) {
      const address = parseAddress(text)
      const hint = hints.get(subnet)
      if (address !== undefined && hint !== undefined && sortKey(address) < hint) hints.set(subnet, sortKey(address))
    }
  }
}

/**
 * Deletes a port.
 * @throws notFound, conflict (a router's or a floating IP's port)
 */
export function deletePort(ctx: Ctx, deps: Deps, id: string, revision: number | null): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const row = await getPort(tx, id)
    const [network] = await findNetworks(tx, [row.network_id])
    if (network === undefined) throw networkNotFound(row.network_id)
    authorizeItem(ctx, 'delete_port', portResource, { values: {}, guarded: [] }, portTarget(row, network))
    if (revision !== null && revision !== row.revision_number) throw revisionMismatch(revision, row.revision_number)
    const served = SERVED[row.device_owner]
    if (served !== undefined) {
      const reason = `has device owner ${served}`
      throw neutronError(
        'conflict',
        'ServicePortInUse',
        `Port ${id} cannot be deleted directly via the port API: ${reason}.`,
      )
    }
    await removePorts(tx, deps, [row])
    serverPortsChanged(tx, deps, [row])
  })
}
