// States of ports come from the fabric one by one and are written together: a hundred servers that start are a few statements.
import type { Ctx } from '#platform/context.ts'
import type { Deps } from '../deps.ts'
import { findPorts, type PortRow, setPortStatuses } from '../ports/store.ts'

/** Topic of ports that began or ceased to carry traffic: `{ event, portId, serverId, host }`. */
export const VIF_TOPIC = 'network.vif'

const statusOf = (up: boolean): string => (up ? 'ACTIVE' : 'DOWN')

async function tellPlugged(deps: Deps, port: PortRow, up: boolean): Promise<void> {
  if (!port.device_owner.startsWith('compute:')) return
  await deps.platform.bus.publish(VIF_TOPIC, {
    event: up ? 'network-vif-plugged' : 'network-vif-unplugged',
    portId: port.id,
    serverId: port.device_id,
    host: port.host_id,
  })
}

/**
 * Takes over states of ports, and tells of those that were news.
 * @returns how many were
 */
export async function notePortStates(ctx: Ctx, deps: Deps, states: ReadonlyMap<string, boolean>): Promise<number> {
  const rows = await findPorts(ctx, [...states.keys()])
  const news = rows.filter(
    (row) => row.device_owner !== 'network:floatingip' && row.status !== statusOf(states.get(row.id) === true),
  )
  for (const up of [true, false]) {
    const ids = news.filter((row) => states.get(row.id) === up).map((row) => row.id)
    await setPortStatuses(ctx, ids, statusOf(up))
  }
  for (const row of news) await tellPlugged(deps, row, states.get(row.id) === true)
  return news.length
}

/** Collects states as they come and writes them in turn; `settled` waits for those under way. */
export function createPortStateSink(deps: Deps, context: () => Ctx) {
  let waiting = new Map<string, boolean>()
  let running: Promise<void> | null = null

  const flush = async (): Promise<void> => {
    while (waiting.size > 0) {
      const states = waiting
      waiting = new Map()
      const ctx = context()
      try {
        await notePortStates(ctx, deps, states)
      } catch (error) {
        // The audit finds what is lost here.
        ctx.log.error({ err: error }, 'cannot write states of ports')
      }
    }
  }
  return {
    note: (id: string, up: boolean): void => {
      waiting.set(id, up)
      running ??= Promise.resolve()
        .then(flush)
        .finally(() => {
          running = null
        })
    },
    settled: async (): Promise<void> => {
      await running
    },
  }
}
