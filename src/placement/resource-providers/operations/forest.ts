// All providers in memory, the database the truth.
//
// Every change is one transaction that first takes the clock row (`seq` + 1): changes happen one after another, in one
// process and in many, so a change may decide by what the index says once it has caught up inside its transaction.
// A reader asks for `seq` and loads the providers with a later `changed`; nothing else is ever read for them.
import type { Ctx } from '#platform/context.ts'
import { afterCommit, inTransaction } from '#platform/db/db.ts'
import { isTransient } from '#platform/db/failures.ts'
import { STANDARD_RESOURCE_CLASSES } from '#placement/resource-classes/rules.ts'
import { STANDARD_TRAITS } from '#placement/traits/rules/standard.ts'
import { type Provider, ProviderIndex } from '../rules/provider-index.ts'
import { advanceClock, bury, markNames, readClock } from '../store/clock.ts'
import { loadNames, loadProviders, loadRemoved } from '../store/load.ts'
import type { ClockRow } from '../store/tables.ts'

/** Names of traits or resource classes and when they came (0: standard ones, always there). */
export type Names = ReadonlyMap<string, number>

/** What is known as of `seq`; valid until the next `await` only. */
export type View = {
  readonly index: ProviderIndex
  readonly traits: Names
  readonly classes: Names
  readonly seq: number
}

/** A change in the making: what it puts and removes reaches the index when it has committed. */
export type Change = View & {
  readonly put: (provider: Provider) => void
  readonly remove: (uuid: string) => void
  /** Traits or resource classes have changed, or so many providers that they are better read anew. */
  readonly reload: () => void
}

const ATTEMPTS = 5

export class Forest {
  #index = new ProviderIndex()
  #traits: Names = standard(STANDARD_TRAITS)
  #classes: Names = standard(STANDARD_RESOURCE_CLASSES)
  /** What the rest of this state is as of; the names of traits and classes are as of its `names`. */
  #clock: ClockRow = { id: 1, seq: 0, names: 0, forgotten: 0 }

  /** The providers as committed when this was called, or later. */
  async view(ctx: Ctx): Promise<View> {
    const clock = await readClock(ctx)
    if (clock.seq > this.#clock.seq) await this.#catchUp(ctx, clock)
    return { index: this.#index, traits: this.#traits, classes: this.#classes, seq: this.#clock.seq }
  }

  /**
   * Runs `work` alone among all changes of the cloud, and again where the database asks for it. Always a transaction of
   * its own: inside another one the index could take in what is rolled back later.
   */
  async change<T>(ctx: Ctx, work: (tx: Ctx, change: Change) => Promise<T>): Promise<T> {
    if (ctx.db.transaction !== null) throw new Error('a change of placement cannot be part of another transaction')
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await inTransaction(ctx, (tx) => this.#changeOnce(tx, work))
      } catch (error) {
        if (attempt === ATTEMPTS || !isTransient(error)) throw error
      }
    }
  }

  async #changeOnce<T>(tx: Ctx, work: (tx: Ctx, change: Change) => Promise<T>): Promise<T> {
    const clock = await advanceClock(tx, this.#clock)
    const before = { ...clock, seq: clock.seq - 1 }
    if (before.seq > this.#clock.seq) await this.#catchUp(tx, before)
    const puts: Provider[] = []
    const removals: string[] = []
    let mustReload = false
    const result = await work(tx, {
      index: this.#index,
      traits: this.#traits,
      classes: this.#classes,
      seq: clock.seq,
      put: (provider) => void puts.push(provider),
      remove: (uuid) => void removals.push(uuid),
      reload: () => {
        mustReload = true
      },
    })
    if (removals.length > 0) await bury(tx, removals, clock)
    if (mustReload) await markNames(tx, clock)
    afterCommit(tx, () => {
      // A view may have caught up past this change between its commit and now.
      if (mustReload || this.#clock.seq !== before.seq) return
      for (const provider of puts) this.#index.put(provider)
      for (const uuid of removals) this.#index.remove(uuid)
      this.#clock = clock
    })
    return result
  }

  /** Loads what changed after the state held, up to at least `clock`. */
  async #catchUp(ctx: Ctx, clock: ClockRow): Promise<void> {
    const since = clock.forgotten > this.#clock.seq ? 0 : this.#clock.seq
    const names = clock.names > this.#clock.names ? await loadNames(ctx) : undefined
    const removed = since === 0 ? [] : await loadRemoved(ctx, since)
    const providers = await loadProviders(ctx, since)
    // Somebody has caught up further in the meantime: what was loaded here may be older.
    if (clock.seq <= this.#clock.seq) return
    if (since === 0) this.#index = new ProviderIndex()
    for (const uuid of removed) this.#index.remove(uuid)
    for (const provider of providers) this.#index.put(provider)
    if (names !== undefined) {
      this.#traits = standard(STANDARD_TRAITS, names.traits)
      this.#classes = standard(STANDARD_RESOURCE_CLASSES, names.classes)
    }
    this.#clock = clock
  }
}

const standard = (names: readonly string[], custom: Names = new Map()): Names =>
  new Map([...names.map((name): [string, number] => [name, 0]), ...custom])
