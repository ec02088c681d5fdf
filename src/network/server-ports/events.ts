import type { Ctx } from '#platform/context.ts'
import { afterCommit } from '#platform/db/db.ts'
import type { Deps } from '../deps.ts'

/** Topic of servers whose addresses changed: `{ serverId }`. Compute keeps a copy of them with the server. */
export const SERVER_PORTS_TOPIC = 'network.ports'

type Port = { readonly device_owner: string; readonly device_id: string }

/** Tells compute, once the transaction of `ctx` has committed, that addresses of these ports changed. */
export function serverPortsChanged(ctx: Ctx, { platform }: Deps, ports: readonly Port[]): void {
  const servers = new Set(
    ports.filter((port) => port.device_owner.startsWith('compute:')).map((port) => port.device_id),
  )
  if (servers.size === 0) return
  afterCommit(ctx, () => {
    for (const serverId of servers) {
      platform.bus.publish(SERVER_PORTS_TOPIC, { serverId }).catch((error: unknown) => {
        ctx.log.warn({ err: error, serverId }, 'cannot tell of changed addresses')
      })
    }
  })
}
