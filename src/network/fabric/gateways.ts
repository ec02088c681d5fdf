import type { Ctx } from '#platform/context.ts'
import type { Deps } from '../deps.ts'
import { listGatewayRouterIds } from '../routers/store.ts'
import { fabricChanged } from './changes.ts'

/** Hosts came or went: every gateway is placed anew, which moves none that can stay. */
export function gatewaysMoved(ctx: Ctx, deps: Deps): void {
  const place = async (): Promise<void> => {
    const routers = await listGatewayRouterIds(ctx)
    await fabricChanged(
      ctx,
      deps,
      routers.map((id) => ({ kind: 'router' as const, id })),
    )
  }
  place().catch((error: unknown) => ctx.log.error({ err: error }, 'cannot place gateways anew'))
}
