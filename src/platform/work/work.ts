// Runs sagas and reconcilers. The database holds every step that was reached, so that a killed process loses nothing: at its next
// start, or on another controller once the lease has run out, each saga goes on (forwards or undoing) where it was.
import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Ctx } from '../context.ts'
import { afterCommit } from '../db/db.ts'
import { CloudError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { failureOf, parseFailure } from './failure.ts'
import { historyReconciler } from './history.ts'
import type { Reconciler, ReconcilerStatus } from './reconciler.ts'
import { createReconcilers } from './reconcilers.ts'
import type { Beginning, Failure, Saga, SagaRun } from './saga.ts'
import * as store from './store.ts'

const leaseMs = 30_000
const retryDelaysMs = [100, 500, 2000]
/** What ended needs its state no more, and that may hold a password. */
const forgotten = { state: '{}' } as const

/** Starts and steers long work. */
export type Work = {
  /** Records a saga in the transaction of `ctx` and runs it once that has committed. One at a time for each resource. */
  readonly start: (
    ctx: Ctx,
    beginning: Beginning,
    on: { readonly resource: string; readonly delayMs?: number },
  ) => Promise<void>
  /** Stops cancellable work on a resource between two steps; what it did is undone. */
  readonly cancel: (ctx: Ctx, resource: string) => Promise<void>
  /** Runs a reconciler now, or right after its present run. */
  readonly activate: (reconciler: string) => void
  readonly reconcilers: () => readonly ReconcilerStatus[]
  /** Settles when the work on a resource that this process has in line is over, well or not. */
  readonly settled: (resource: string) => Promise<void>
  /** Settles when nothing is in flight: for tests and for a graceful end. */
  readonly idle: () => Promise<void>
}

/** The engine itself: registered once, started once, stopped once. */
export type WorkEngine = Work & {
  readonly register: (sagas: readonly Saga[], reconcilers: readonly Reconciler[]) => void
  readonly run: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Lets a test fail or "kill" the engine at a step. */
export type Interference = (saga: string, step: string, phase: 'do' | 'done' | 'undo' | 'undone') => void

/** Thrown by an interference: the engine drops the saga as a killed process would. */
export class Killed extends Error {}

export type WorkDeps = {
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  /** A context for background work on behalf of a saved caller (JSON), or of the cloud itself. */
  readonly contextFor: (caller: string | null, requestId: string, signal: AbortSignal) => Ctx
  readonly interfere?: Interference
  /** How long a failed step waits before it is tried again, each time. */
  readonly retryDelaysMs?: readonly number[]
}

export function createWork(deps: WorkDeps): WorkEngine {
  const owner = randomUUID()
  const sagas = new Map<string, Saga>()
  const lines = new Map<string, Promise<void>>()
  const running = new Map<string, AbortController>()
  const stopping = new AbortController()
  const timers = new Set<NodeJS.Timeout>()
  const self = () => deps.contextFor(null, 'req-work', stopping.signal)
  const reconcilers = createReconcilers({ ...deps, owner, context: self })

  reconcilers.register([historyReconciler(deps.clock)])

  const later = (ms: number, action: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      action()
    }, ms)
    timers.add(timer)
  }

  /** Puts a saga behind the others of its resource. */
  const enqueue = (row: store.SagaRow) => {
    const wait = row.start_at - deps.clock.now()
    if (wait > 0) return later(wait, () => enqueue({ ...row, start_at: 0 }))
    const before = lines.get(row.resource) ?? Promise.resolve()
    const line = before
      .then(() => runSaga(row))
      .catch((error: unknown) => deps.log.error({ err: error, saga: row.saga }, 'work engine'))
    lines.set(row.resource, line)
    void line.then(() => {
      if (lines.get(row.resource) === line) lines.delete(row.resource)
    })
  }

  const runSaga = async (row: store.SagaRow): Promise<void> => {
    if (stopping.signal.aborted) return
    const saga = sagas.get(row.saga)
    if (!saga || saga.version !== row.version) {
      deps.log.error(
        { saga: row.saga, version: row.version },
        'no such saga in this program: left for one that knows it',
      )
      return
    }
    const abort = new AbortController()
    running.set(row.id, abort)
    const signal = AbortSignal.any([abort.signal, stopping.signal])
    const ctx = () => deps.contextFor(row.caller, row.request_id, signal)
    try {
      if (ctx().db.dialect === 'mariadb' && (await store.hasOlderWork(ctx(), row)))
        return later(200, () => enqueue(row))
      const run = saga.restore(row.state)
      const outcome = await advance(saga, run, row, ctx)
      deps.metrics.work(saga.name, outcome, deps.clock.now() - row.created_at)
    } catch (error) {
      if (!(error instanceof Killed) && !(error instanceof Stopped)) throw error
    } finally {
      running.delete(row.id)
    }
  }

  /** Does the remaining steps; on failure or cancellation undoes what was done. */
  const advance = async (saga: Saga, run: SagaRun, row: store.SagaRow, ctx: () => Ctx): Promise<string> => {
    let { status, step } = row
    let failure: Failure | null = row.failure === null ? null : parseFailure(row.failure)
    const last = saga.steps.length
    while (status === 'running') {
      const name = saga.steps[step] ?? ''
      try {
        if (row.cancel === 1 && saga.cancellable) throw new Cancelled()
        await attempt(saga, name, () => run.do(step, ctx()), 'do')
        step += 1
        const ended = step === last
        const change = {
          step,
          ...(ended ? { ...forgotten, status: 'done' as const, finished_at: deps.clock.now() } : { state: run.save() }),
        }
        const saved = await store.saveProgress(ctx(), row.id, owner, change, saga.cancellable && !ended)
        if (!saved) throw (await stillOurs(ctx(), row.id)) ? new Cancelled() : new Stopped()
        deps.interfere?.(saga.name, name, 'done')
        if (ended) return 'done'
      } catch (error) {
        if (error instanceof Killed || error instanceof Stopped || stopping.signal.aborted) throw new Stopped()
        if (!(error instanceof Cancelled)) {
          failure = failureOf(name, error)
          deps.log.warn({ saga: saga.name, step: name, request_id: row.request_id, err: error }, 'step failed: undoing')
        }
        status = 'undoing'
        step = Math.min(step, last - 1)
        await store.saveProgress(
          ctx(),
          row.id,
          owner,
          { status, step, failure: failure && JSON.stringify(failure) },
          false,
        )
      }
    }
    for (; step >= 0; step -= 1) {
      const index = step
      await insist(saga, saga.steps[index] ?? '', () => run.undo(index, ctx()))
      await store.saveProgress(ctx(), row.id, owner, { step: step - 1 }, false)
    }
    const why = failure
    if (why) await insist(saga, 'failed', () => run.failed(ctx(), why))
    const ending = why ? ('failed' as const) : ('cancelled' as const)
    await store.saveProgress(
      ctx(),
      row.id,
      owner,
      { ...forgotten, status: ending, finished_at: deps.clock.now() },
      false,
    )
    return ending
  }

  const stillOurs = async (ctx: Ctx, id: string) => (await store.getSaga(ctx, id))?.owner === owner

  /** Tries a step a few times, unless the failure is the caller's own. */
  const attempt = async (
    saga: Saga,
    step: string,
    action: () => Promise<void>,
    phase: 'do' | 'undo',
  ): Promise<void> => {
    const delays = deps.retryDelaysMs ?? retryDelaysMs
    for (let tries = 0; ; tries += 1) {
      try {
        deps.interfere?.(saga.name, step, phase)
        return await action()
      } catch (error) {
        const delay = delays[tries]
        const final =
          error instanceof Killed || (error instanceof CloudError && error.status < 500) || stopping.signal.aborted
        if (final || delay === undefined) throw error
        await new Promise((resolve) => setTimeout(resolve, delay))
      }
    }
  }

  /** Undoing is never given up: nothing may be left behind. */
  const insist = async (saga: Saga, step: string, action: () => Promise<void>): Promise<void> => {
    for (let waitMs = 200; ; waitMs = Math.min(waitMs * 2, 30_000)) {
      try {
        await attempt(saga, step, action, 'undo')
        deps.interfere?.(saga.name, step, 'undone')
        return
      } catch (error) {
        if (error instanceof Killed || stopping.signal.aborted) throw new Stopped()
        deps.log.error({ saga: saga.name, step, err: error }, 'undo failed: trying again')
        await new Promise((resolve) => setTimeout(resolve, waitMs))
      }
    }
  }

  /** Takes over what other owners left. An embedded database has no other controller, so there everything is free at once. */
  const takeOver = async (everything: boolean): Promise<void> => {
    const ctx = self()
    const now = everything ? Number.MAX_SAFE_INTEGER : deps.clock.now()
    for (const row of await store.listAbandoned(ctx, now, everything ? 100_000 : 100)) {
      if (row.owner !== owner && (await store.claimSaga(ctx, row, owner, deps.clock.now() + leaseMs)))
        enqueue({ ...row, owner })
    }
  }

  return {
    register: (more, periodic) => {
      for (const saga of more) sagas.set(saga.name, saga)
      reconcilers.register(periodic)
    },
    start: async (ctx, { saga, state }, { resource, delayMs = 0 }) => {
      const now = deps.clock.now()
      const { token: _token, ...caller } = ctx.caller
      const row: store.SagaRow = {
        id: randomUUID(),
        saga: saga.name,
        version: saga.version,
        resource,
        state,
        status: 'running',
        step: 0,
        failure: null,
        cancel: 0,
        caller: JSON.stringify(caller),
        request_id: ctx.requestId,
        owner,
        lease_until: now + leaseMs,
        start_at: now + delayMs,
        created_at: now,
        finished_at: null,
      }
      await store.insertSaga(ctx, row)
      afterCommit(ctx, () => enqueue(row))
    },
    cancel: async (ctx, resource) => {
      await store.markCancelled(ctx, resource)
    },
    activate: reconcilers.activate,
    reconcilers: reconcilers.status,
    settled: async (resource) => {
      await lines.get(resource)
    },
    idle: async () => {
      while (lines.size > 0) await Promise.all(lines.values())
    },
    run: async () => {
      await takeOver(self().db.dialect === 'sqlite')
      const lease = () => {
        const ctx = self()
        void store
          .renewLeases(ctx, owner, deps.clock.now() + leaseMs)
          .then(() => (ctx.db.dialect === 'mariadb' ? takeOver(false) : undefined))
          .catch((error: unknown) => deps.log.warn({ err: error }, 'leases'))
          .then(() => (stopping.signal.aborted ? undefined : later(leaseMs / 3, lease)))
      }
      later(leaseMs / 3, lease)
      await reconcilers.run()
    },
    stop: async () => {
      stopping.abort(new Error('the program stops'))
      for (const timer of timers) clearTimeout(timer)
      await reconcilers.stop()
      await Promise.all(lines.values())
    },
  }
}

class Cancelled extends Error {}
class Stopped extends Error {}
