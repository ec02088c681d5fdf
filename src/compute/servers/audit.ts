import type { Ctx } from '#platform/context.ts'
import type { ComputeDoors } from '../doors.ts'
import type { GuestState } from '../drivers/driver.ts'
import type { Hosts } from '../hosts.ts'
import { listServices } from '../services/store.ts'
import type { PowerStates } from './reconcile.ts'
import { resourcesOf } from './sagas/create.ts'
import { findAnyServer, listLiveServers } from './store/read.ts'

/** A server as far as others keep something for it. `settled`: no work is under way. */
export type LiveServer = {
  readonly id: string
  readonly host: string | null
  readonly nodeId: string | null
  readonly status: string
  readonly settled: boolean
}

/** What the operator's doctor asks of compute. */
export const createServerAudit = (doors: ComputeDoors, hosts: Hosts, { reconciler }: PowerStates) => ({
  listServers: async (ctx: Ctx): Promise<LiveServer[]> =>
    (await listLiveServers(ctx)).map(({ id, host, node_id: nodeId, vm_state: status, task_state: task }) => ({
      id,
      host,
      nodeId,
      status,
      settled: task === null,
    })),

  /** Whether there was ever such a server. */
  wasServer: async (ctx: Ctx, id: string): Promise<boolean> => (await findAnyServer(ctx, id)) !== undefined,

  /** What each host runs; null: it cannot be asked. */
  listGuests: async (ctx: Ctx): Promise<{ host: string; guests: readonly GuestState[] | null }[]> => {
    const services = await listServices(ctx, { binary: 'nova-compute' })
    return Promise.all(
      services.map(async ({ host }) => {
        const guests = await hosts
          .driverOf(host)
          .list()
          .catch((error: unknown) => {
            ctx.log.warn({ host, err: error }, 'the host could not be asked')
            return null
          })
        return { host, guests }
      }),
    )
  },

  /** Takes again what a server should hold of its host; false where there is not enough left. */
  claim: async (ctx: Ctx, id: string): Promise<boolean> => {
    const row = await findAnyServer(ctx, id)
    if (!row || row.deleted_at !== null || row.node_id === null) return true
    return doors.placement.claim(ctx, {
      consumerId: id,
      projectId: row.project_id,
      userId: row.user_id,
      providerId: row.node_id,
      resources: resourcesOf(row),
    })
  },

  /** Ends guests of deleted servers, and takes over the states of the others. */
  reconcileGuests: async (ctx: Ctx): Promise<void> => {
    await reconciler.run(ctx)
  },
})

export type ServerAudit = ReturnType<typeof createServerAudit>
