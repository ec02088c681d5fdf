import type { Ctx } from '#platform/context.ts'
import { afterCommit } from '#platform/db/db.ts'
import type { Deps } from '../deps.ts'
import { type FabricKind, insertChanges } from './store.ts'

/** Name of the reconciler that tells the fabric. */
export const FABRIC_RECONCILER = 'network-fabric'
/** Topic on which controllers wake each other: one of them holds the reconciler's lock. */
export const FABRIC_TOPIC = 'network.fabric'

/** Says in the transaction of `ctx` that objects came, changed or went; the fabric is told once that has committed. */
export async function fabricChanged(
  ctx: Ctx,
  { platform }: Deps,
  changes: readonly { readonly kind: FabricKind; readonly id: string }[],
): Promise<void> {
  await insertChanges(ctx, changes)
  afterCommit(ctx, () => {
    platform.work.activate(FABRIC_RECONCILER)
    if (ctx.db.dialect === 'mariadb') {
      platform.bus
        .publish(FABRIC_TOPIC, {})
        .catch((error: unknown) => ctx.log.warn({ err: error }, 'cannot wake others'))
    }
  })
}
