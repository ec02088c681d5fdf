import type { Ctx } from '#platform/context.ts'
import { afterCommit } from '#platform/db/db.ts'
import type { Deps } from '../deps.ts'
import { type FabricKind, insertChanges } from './store.ts'

/** Name of the reconciler that tells the fabric. */
export const FABRIC_RECONCILER = 'network-fabric'
/** How long changes are gathered before the fabric is told of them together. */
const GATHER_MS = 5
/** Topic on which controllers wake each other: one of them holds the reconciler's lock. */
export const FABRIC_TOPIC = 'network.fabric'

/** Says in the transaction of `ctx` that objects came, changed or went; the fabric is told once that has committed. */
export async function fabricChanged(
  ctx: Ctx,
  { platform, wake }: Deps,
  changes: readonly { readonly kind: FabricKind; readonly id: string }[],
): Promise<void> {
  await insertChanges(ctx, changes)
  afterCommit(ctx, () => {
    wake()
    if (ctx.db.dialect === 'mariadb') {
      platform.bus
        .publish(FABRIC_TOPIC, {})
        .catch((error: unknown) => ctx.log.warn({ err: error }, 'cannot wake others'))
    }
  })
}

/** Makes what `Deps.wake` is: one activation for all changes of a few milliseconds. */
export function createWake(activate: (reconciler: string) => void): () => void {
  let gathering = false
  return () => {
    if (gathering) return
    gathering = true
    setTimeout(() => {
      gathering = false
      activate(FABRIC_RECONCILER)
    }, GATHER_MS).unref()
  }
}
