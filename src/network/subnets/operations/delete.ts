import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { authorizeItem } from '../../attributes/body.ts'
import type { Deps } from '../../deps.ts'
import { revisionMismatch, subnetInUse } from '../../errors.ts'
import { fabricChanged } from '../../fabric/changes.ts'
import { isAutoAddress } from '../../ip-allocations/rules.ts'
import { deleteAllocationsOfSubnets, listUsersOfSubnet } from '../../ip-allocations/store.ts'
import { findNetworks, updateNetwork } from '../../networks/store.ts'
import { AUTO_DELETED_OWNERS } from '../../ports/rules.ts'
import { findPorts } from '../../ports/store.ts'
import { textList } from '../../visibility.ts'
import { subnetResource } from '../schemas.ts'
import { deleteSubnets } from '../store.ts'
import { forgetAddresses } from './addresses.ts'
import { getSubnet, subnetTarget } from './get.ts'

/**
 * Deletes a subnet. Addresses that hosts made themselves go with it; others keep it.
 * @throws notFound, forbidden, conflict (addresses in use)
 */
export function deleteSubnet(ctx: Ctx, deps: Deps, id: string, revision: number | null): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const row = await getSubnet(tx, id)
    authorizeItem(ctx, 'delete_subnet', subnetResource, { values: {}, guarded: [] }, subnetTarget(row))
    if (revision !== null && revision !== row.revision_number) throw revisionMismatch(revision, row.revision_number)
    const users = await listUsersOfSubnet(tx, id)
    const blocking = users.some(
      (user) =>
        user.device_owner === 'network:router_interface' ||
        !(isAutoAddress(row) || AUTO_DELETED_OWNERS.has(user.device_owner)),
    )
    if (blocking) throw subnetInUse(id, 'One or more ports have an IP allocation from this subnet')
    await deleteAllocationsOfSubnets(tx, [id])
    await forgetAddresses(tx, deps, await findPorts(tx, [...new Set(users.map((user) => user.port_id))]))
    await deleteSubnets(tx, [id])
    const [network] = await findNetworks(tx, [row.network_id])
    const left = textList(network?.subnet_ids ?? '[]').filter((subnet) => subnet !== id)
    await updateNetwork(tx, row.network_id, { subnet_ids: JSON.stringify(left) })
    await fabricChanged(tx, deps, [
      { kind: 'subnet', id },
      { kind: 'network', id: row.network_id },
    ])
  })
}
