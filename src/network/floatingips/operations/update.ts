import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { authorizeItem, readUpdate } from '../../attributes/body.ts'
import type { Deps } from '../../deps.ts'
import { revisionMismatch } from '../../errors.ts'
import { inRetriedTransaction } from '../../ports/operations/insert.ts'
import { removePorts } from '../../ports/operations/delete.ts'
import { findPorts } from '../../ports/store.ts'
import { floatingIpResource } from '../schemas.ts'
import * as store from '../store.ts'
import { associate, floatingIpsChanged } from './associate.ts'
import { type FloatingIp, findVisible, floatingIpTarget, getFloatingIp } from './get.ts'

/**
 * Changes where a floating IP leads, or its description. Naming a fixed address alone keeps the port.
 * @throws notFound, forbidden, conflict, badRequest, preconditionFailed
 */
export function updateFloatingIp(
  ctx: Ctx,
  deps: Deps,
  id: string,
  body: unknown,
  revision: number | null,
): Promise<FloatingIp> {
  const update = readUpdate(ctx, floatingIpResource, body)
  const { values } = update
  return inRetriedTransaction(ctx, async (tx) => {
    const row = await findVisible(tx, id)
    authorizeItem(ctx, 'update_floatingip', floatingIpResource, update, floatingIpTarget(row))
    if (revision !== null && revision !== row.revision_number) throw revisionMismatch(revision, row.revision_number)
    // An update that names neither keeps the association; Neutron's `PUT {}` with only a description does too.
    const moved = values.port_id !== undefined || values.fixed_ip_address !== undefined
    const portId = values.port_id === undefined ? row.port_id : values.port_id
    const association = moved ? await associate(tx, row, portId, values.fixed_ip_address ?? null) : {}
    await store.updateFloatingIp(tx, id, { description: values.description ?? row.description, ...association })
    const changed = await getFloatingIp(tx, id)
    await floatingIpsChanged(tx, deps, [row, changed.row])
    return changed
  })
}

/** Deletes a floating IP's row and gives its address back, inside a transaction. */
export async function removeFloatingIp(ctx: Ctx, deps: Deps, row: store.FloatingIpRow): Promise<void> {
  await store.deleteFloatingIp(ctx, row.id)
  await removePorts(ctx, deps, await findPorts(ctx, [row.floating_port_id]))
  await floatingIpsChanged(ctx, deps, [row])
}

/**
 * Deletes a floating IP.
 * @throws notFound, forbidden
 */
export function deleteFloatingIp(ctx: Ctx, deps: Deps, id: string, revision: number | null): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const row = await findVisible(tx, id)
    authorizeItem(ctx, 'delete_floatingip', floatingIpResource, { values: {}, guarded: [] }, floatingIpTarget(row))
    if (revision !== null && revision !== row.revision_number) throw revisionMismatch(revision, row.revision_number)
    await removeFloatingIp(tx, deps, row)
  })
}
