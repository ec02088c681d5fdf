// The three tests that every saga takes: each step failed in turn, each step run twice, the process killed at each step.
import { expect } from 'vitest'
import { CloudError } from '../errors.ts'
import { type Interference, Killed } from '../work/work.ts'
import type { Saga } from '../work/saga.ts'

/** A world in which one run of a saga can be watched; made anew for every trial. */
export type SagaTrial = {
  /** Starts the saga (through the operation that users call) and waits until nothing is in flight. */
  readonly run: () => Promise<void>
  /** Stops the work engine as a kill would leave it, and resumes on a new one over the same database. */
  readonly restart: () => Promise<void>
  /** Expects the world as after success. */
  readonly expectDone: () => Promise<void>
  /** Expects the world as after failure: nothing left behind, the resource marked. */
  readonly expectUndone: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Makes the world; what happens at each step is up to `interfere`. */
export type OpenTrial = (interfere: Interference) => Promise<SagaTrial>

const trial = async (
  open: OpenTrial,
  interfere: Interference,
  steps: (world: SagaTrial) => Promise<void>,
): Promise<void> => {
  const world = await open(interfere)
  try {
    await steps(world)
  } finally {
    await world.close()
  }
}

/** Fails each step for good, before and (as far as the engine knows) after its effect: everything must be undone. */
export async function failEachStep(saga: Saga, open: OpenTrial): Promise<void> {
  for (const failing of saga.steps) {
    for (const when of ['do', 'done'] as const) {
      if (when === 'done' && failing === saga.steps.at(-1)) continue
      let hits = 0
      const interfere: Interference = (name, step, phase) => {
        if (name !== saga.name || step !== failing || phase !== when) return
        hits += 1
        throw new CloudError('conflict', `step ${step} was told to fail`)
      }
      await trial(open, interfere, async (world) => {
        await world.run()
        expect(hits, `step ${failing} was never reached`).toBeGreaterThan(0)
        await world.expectUndone()
      })
    }
  }
}

/** Kills the process before and after each step; the next one must bring the saga to its good end. */
export async function killAtEachStep(saga: Saga, open: OpenTrial): Promise<void> {
  for (const fatal of saga.steps) {
    for (const when of ['do', 'done'] as const) {
      let armed = true
      const interfere: Interference = (name, step, phase) => {
        if (!armed || name !== saga.name || step !== fatal || phase !== when) return
        armed = false
        throw new Killed(`killed at ${step}`)
      }
      await trial(open, interfere, async (world) => {
        await world.run()
        expect(armed, `step ${fatal} was never reached`).toBe(false)
        await world.restart()
        await world.expectDone()
      })
    }
  }
}

/** Kills the process while it undoes each step after a failure of the last; nothing may be left behind. */
export async function killAtEachUndo(saga: Saga, open: OpenTrial): Promise<void> {
  const last = saga.steps.at(-1)
  for (const fatal of saga.steps) {
    let armed = true
    const interfere: Interference = (name, step, phase) => {
      if (name !== saga.name) return
      if (step === last && phase === 'do') throw new CloudError('conflict', 'the last step was told to fail')
      if (!armed || step !== fatal || phase !== 'undo') return
      armed = false
      throw new Killed(`killed while undoing ${step}`)
    }
    await trial(open, interfere, async (world) => {
      await world.run()
      expect(armed, `undoing ${fatal} was never reached`).toBe(false)
      await world.restart()
      await world.expectUndone()
    })
  }
}
