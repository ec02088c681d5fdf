import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { authorizeItem } from '../../attributes/body.ts'
import type { Deps } from '../../deps.ts'
import { neutronError, revisionMismatch } from '../../errors.ts'
import { fabricChanged } from '../../fabric/changes.ts'
import { routerResource } from '../schemas.ts'
import { deleteRouter as deleteRow } from '../store.ts'
import { removeGateway } from './gateway.ts'
import { attachments, getRouter, routerTarget } from './get.ts'

/**
 * Deletes a router and its gateway.
 * @throws notFound, forbidden, conflict (interfaces, floating IPs)
 */
export function deleteRouter(ctx: Ctx, deps: Deps, id: string, revision: number | null): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const row = await getRouter(tx, id)
    authorizeItem(ctx, 'delete_router', routerResource, { values: {}, guarded: [] }, routerTarget(row))
    if (revision !== null && revision !== row.revision_number) throw revisionMismatch(revision, row.revision_number)
    const { ports } = await attachments(tx, id)
    const attached = ports.filter((port) => port.device_owner === 'network:router_interface').map((port) => port.id)
    if (attached.length > 0) {
      const reason = `has ports still attached: ${attached.join(', ')}`
      throw neutronError('conflict', 'RouterInUse', `Router ${id} ${reason}`)
    }
    await removeGateway(tx, deps, row)
    await deleteRow(tx, id)
    await fabricChanged(tx, deps, [{ kind: 'router', id }])
  })
}
