import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { authorizeItem } from '../../attributes/body.ts'
import type { Deps } from '../../deps.ts'
import { networkInUse, revisionMismatch } from '../../errors.ts'
import { fabricChanged } from '../../fabric/changes.ts'
import { removeFloatingIp } from '../../floatingips/operations/update.ts'
import { listIdleFloatingIps } from '../../floatingips/store.ts'
import { removePorts } from '../../ports/operations/delete.ts'
import { AUTO_DELETED_OWNERS } from '../../ports/rules.ts'
import { listPortsOfNetwork } from '../../ports/store.ts'
import { deleteSubnets } from '../../subnets/store.ts'
import { textList } from '../../visibility.ts'
import { networkResource } from '../schemas.ts'
import { deleteNetwork as deleteRow } from '../store.ts'
import { getNetwork, networkTarget } from './get.ts'

/**
 * Deletes a network with its subnets.
 * @throws notFound, forbidden, conflict (ports on it)
 */
export function deleteNetwork(ctx: Ctx, deps: Deps, id: string, revision: number | null): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const row = await getNetwork(tx, id)
    authorizeItem(ctx, 'delete_network', networkResource, { values: {}, guarded: [] }, networkTarget(row))
    if (revision !== null && revision !== row.revision_number) throw revisionMismatch(revision, row.revision_number)
    // Floating IPs that lead nowhere do not hold up their network.
    if (row.external === 1) {
      for (const idle of await listIdleFloatingIps(tx, id)) await removeFloatingIp(tx, deps, idle)
    }
    const ports = await listPortsOfNetwork(tx, id)
    const used = ports.filter((port) => !AUTO_DELETED_OWNERS.has(port.device_owner)).map((port) => port.id)
    if (used.length > 0) {
      const which = `id for these ports is: ${used.join(',')}`
      throw networkInUse(id, `There are one or more ports still in use on the network, ${which}`)
    }
    const subnets = textList(row.subnet_ids)
    await removePorts(tx, deps, ports)
    await deleteSubnets(tx, subnets)
    await deleteRow(tx, id)
    await fabricChanged(tx, deps, [
      { kind: 'network', id },
      ...subnets.map((subnet) => ({ kind: 'subnet' as const, id: subnet })),
    ])
  })
}
