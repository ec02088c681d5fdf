// Runs each reconciler on one controller at a time: a lock with a lease in the database says which.
import type { Clock } from '../clock.ts'
import type { Ctx } from '../context.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Reconciler, ReconcilerStatus } from './reconciler.ts'
import { createLock, freeLocks, holdLock } from './store.ts'

type Entry = {
  reconciler: Reconciler
  timer: NodeJS.Timeout | null
  running: Promise<void> | null
  again: boolean
  status: ReconcilerStatus
}

export function createReconcilers(deps: {
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly owner: string
  readonly context: () => Ctx
}) {
  const entries = new Map<string, Entry>()
  let stopped = false
  let started = false

  const runOnce = async (entry: Entry): Promise<void> => {
    const { reconciler } = entry
    const begun = deps.clock.now()
    const ctx = deps.context()
    try {
      if (!(await holdLock(ctx, reconciler.name, deps.owner, begun + Math.max(60_000, reconciler.everyMs * 3)))) return
      const result = await reconciler.run(ctx)
      entry.status = { name: reconciler.name, lastRun: begun, result, error: null }
      deps.metrics.work(reconciler.name, 'done', deps.clock.now() - begun)
    } catch (error) {
      if (stopped) return
      entry.status = { name: reconciler.name, lastRun: begun, result: null, error: messageOf(error) }
      deps.metrics.work(reconciler.name, 'failed', deps.clock.now() - begun)
      deps.log.warn({ reconciler: reconciler.name, err: error }, 'reconciler failed')
    }
  }

  const schedule = (entry: Entry, ms: number) => {
    if (stopped) return
    if (entry.timer) clearTimeout(entry.timer)
    entry.timer = setTimeout(() => launch(entry), ms)
  }
  const launch = (entry: Entry) => {
    if (stopped || !started) return
    if (entry.running) {
      entry.again = true
      return
    }
    entry.again = false
    entry.running = runOnce(entry).finally(() => {
      entry.running = null
      schedule(entry, entry.again ? 0 : entry.reconciler.everyMs)
    })
  }

  return {
    register: (list: readonly Reconciler[]) => {
      for (const reconciler of list) {
        const status = { name: reconciler.name, lastRun: null, result: null, error: null }
        entries.set(reconciler.name, { reconciler, timer: null, running: null, again: false, status })
      }
    },
    activate: (name: string) => {
      const entry = entries.get(name)
      if (entry) launch(entry)
    },
    status: (): ReconcilerStatus[] => [...entries.values()].map((entry) => entry.status),
    run: async () => {
      started = true
      // An embedded database has no other controller: what a killed one still holds must not keep this one waiting.
      const ctx = deps.context()
      if (ctx.db.dialect === 'sqlite') await freeLocks(ctx, null)
      for (const entry of entries.values()) {
        await createLock(deps.context(), entry.reconciler.name)
        launch(entry)
      }
    },
    stop: async () => {
      stopped = true
      for (const entry of entries.values()) if (entry.timer) clearTimeout(entry.timer)
      for (const { running } of entries.values()) await running
      if (started) await freeLocks(deps.context(), deps.owner)
    },
  }
}
