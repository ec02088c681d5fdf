// Long work as named steps with do and undo. Every do and undo may run twice (a crash repeats the step it hit), so each must be
// idempotent; ids are chosen before the saga starts and kept in its state.
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import type { Ctx } from '../context.ts'

/** One step: `do` gives back what it adds to the state; `undo` takes back what `do` did, wholly, in part or not at all. */
export type Step<S> = {
  readonly name: string
  readonly do: (ctx: Ctx, state: S) => Promise<Partial<S> | void>
  readonly undo?: (ctx: Ctx, state: S) => Promise<void>
}

/** Why a saga ended early, in words for the user. */
export type Failure = { readonly step: string; readonly message: string; readonly status: number }

/** A kind of long work. `version` grows when the steps or the state change their meaning. */
export type SagaDefinition<T extends TSchema> = {
  readonly name: string
  readonly version: number
  readonly state: T
  readonly steps: readonly Step<Static<T>>[]
  /** Runs after everything was undone: marks the resource. Not run where the work was cancelled. Idempotent. */
  readonly failed: (ctx: Ctx, state: Static<T>, failure: Failure) => Promise<void>
  /** Whether `cancel` may stop it between two steps (its steps are then undone). */
  readonly cancellable?: true
}

/** A saga in flight, with the type of its state closed over. */
export type SagaRun = {
  readonly do: (step: number, ctx: Ctx) => Promise<void>
  readonly undo: (step: number, ctx: Ctx) => Promise<void>
  readonly failed: (ctx: Ctx, failure: Failure) => Promise<void>
  /** The state as JSON. */
  readonly save: () => string
}

/** A saga as the engine knows it. */
export type Saga = {
  readonly name: string
  readonly version: number
  readonly cancellable: boolean
  readonly steps: readonly string[]
  /** Continues from a saved state. Throws where the state is not of this saga. */
  readonly restore: (state: string) => SagaRun
}

/** What `work.start` takes: a saga and the state it begins with. */
export type Beginning = { readonly saga: Saga; readonly state: string }

/** A saga that can be begun with a state of its own type. */
export type SagaOf<S> = Saga & { readonly begin: (state: S) => Beginning }

/** Makes a saga from its definition. */
export function defineSaga<T extends TSchema>(definition: SagaDefinition<T>): SagaOf<Static<T>> {
  const { name, version, steps } = definition
  const stepAt = (index: number): Step<Static<T>> => {
    const step = steps[index]
    if (!step) throw new Error(`saga ${name} has no step ${index}`)
    return step
  }
  const saga: Saga = {
    name,
    version,
    cancellable: definition.cancellable ?? false,
    steps: steps.map((step) => step.name),
    restore: (text) => {
      const parsed: unknown = JSON.parse(text)
      if (!Value.Check(definition.state, parsed))
        throw new Error(`the saved state of saga ${name} is not of version ${version}`)
      let state: Static<T> = parsed
      return {
        do: async (index, ctx) => {
          const added = await stepAt(index).do(ctx, state)
          if (added) state = merge(state, added)
        },
        undo: async (index, ctx) => {
          await stepAt(index).undo?.(ctx, state)
        },
        failed: (ctx, failure) => definition.failed(ctx, state, failure),
        save: () => JSON.stringify(state),
      }
    },
  }
  return { ...saga, begin: (state) => ({ saga, state: JSON.stringify(state) }) }
}

const merge = <S>(state: S, added: Partial<S>): S => ({ ...state, ...added })
