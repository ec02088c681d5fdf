// What the hosts really run, against what the database says: power states are taken over, and guests that nobody owns are ended.
import type { Ctx } from '#platform/context.ts'
import type { Reconciler } from '#platform/work/reconciler.ts'
import type { GuestState } from '../drivers/driver.ts'
import type { Hosts } from '../hosts.ts'
import { listServices } from '../services/store.ts'
import { instanceName, powerStates } from './rules.ts'
import { findAnyServer, listLiveServers, listServersOnHost } from './store/read.ts'
import { compareAndSwapServer } from './store/write.ts'

/** The state that follows when a guest was found so without anybody having asked for it. */
const vmStateOf = {
  running: 'active',
  paused: 'paused',
  shutdown: 'stopped',
  crashed: 'stopped',
  suspended: 'suspended',
} as const

const powerOf: Readonly<Record<string, GuestState['power']>> = {
  active: 'running',
  paused: 'paused',
  stopped: 'shutdown',
  // Its memory is on the disk.
  suspended: 'shutdown',
}

/** Gives simulated hosts back the guests they had: they are not to stop with the program that plays them. */
export async function restoreSimulatedGuests(ctx: Ctx, hosts: Hosts): Promise<void> {
  if (hosts.simulated.size === 0) return
  for (const { id, number, host, vm_state: state } of await listLiveServers(ctx)) {
    const power = powerOf[state]
    if (host !== null && power !== undefined)
      hosts.simulated.get(host)?.restore([{ id, name: instanceName(number), power }])
  }
}

/** Compares one host, or all of them, with the database. */
export type PowerStates = {
  /** For a host that says that something has changed. @throws CloudError where it cannot be asked */
  readonly reconcileHost: (ctx: Ctx, host: string) => Promise<{ readonly changed: number; readonly ended: number }>
  readonly reconciler: Reconciler
}

/** A server with work under way is left alone: the work knows better. */
export function createPowerStates(hosts: Hosts): PowerStates {
  const reconcileHost: PowerStates['reconcileHost'] = async (ctx, host) => {
    // The rows first: a server that began to run in between has moved on, and the revision below says so.
    const servers = await listServersOnHost(ctx, host)
    const guests = new Map((await hosts.driverOf(host).list()).map((guest) => [guest.id, guest]))
    let changed = 0
    for (const server of servers) {
      const power: GuestState['power'] = guests.get(server.id)?.power ?? 'shutdown'
      if (server.task_state !== null || !['active', 'stopped', 'paused', 'suspended'].includes(server.vm_state))
        continue
      if (vmStateOf[power] === server.vm_state && powerStates[power] === server.power_state) continue
      if (server.vm_state === 'suspended' && power === 'shutdown') continue
      if (await compareAndSwapServer(ctx, server, { vm_state: vmStateOf[power], power_state: powerStates[power] }))
        changed += 1
    }
    const owned = new Set(servers.map((server) => server.id))
    let ended = 0
    for (const guest of guests.values()) {
      if (owned.has(guest.id)) continue
      // Only what this cloud made and deleted: a guest that it has never known is somebody else's.
      const row = await findAnyServer(ctx, guest.id)
      if (!row || row.deleted_at === null) continue
      await hosts.driverOf(host).destroy(guest)
      ended += 1
    }
    return { changed, ended }
  }
  const reconciler: Reconciler = {
    name: 'compute.power-states',
    everyMs: 60_000,
    run: async (ctx) => {
      const totals = { hosts: 0, changed: 0, ended: 0, away: 0 }
      for (const { host } of await listServices(ctx, { binary: 'nova-compute' })) {
        try {
          const { changed, ended } = await reconcileHost(ctx, host)
          totals.hosts += 1
          totals.changed += changed
          totals.ended += ended
        } catch (error) {
          totals.away += 1
          hosts.away.add(host)
          ctx.log.debug({ host, err: error }, 'the host could not be asked')
        }
      }
      return totals
    },
  }
  return { reconcileHost, reconciler }
}
