import { afterEach, describe, expect, it } from 'vitest'
import { Type } from 'typebox'
import type { Ctx } from '../context.ts'
import { inTransaction } from '../db/db.ts'
import type { Service } from '../http/service.ts'
import { identityLike } from '../testing/empty-service.ts'
import { openTestEngines, type TestEngines } from '../testing/engines.ts'
import { failEachStep, killAtEachStep, killAtEachUndo, type OpenTrial } from '../testing/sagas.ts'
import { createRuntime, type Runtime } from '../runtime.ts'
import { defineSaga, type SagaOf } from './saga.ts'
import { getSaga } from './store.ts'
import type { Interference } from './work.ts'

/** A world whose rooms are lit and locked by a saga, and must be dark and open after a failure. */
const createWorld = () => {
  const world = {
    lit: new Set<string>(),
    locked: new Set<string>(),
    failures: Array<string>(),
    runs: Array<string>(),
    /** What happens elsewhere while the key is fetched. */
    meanwhile: async () => {},
  }
  const saga = defineSaga({
    name: 'test.close-up',
    version: 1,
    state: Type.Object({ room: Type.String(), key: Type.Optional(Type.String()) }),
    cancellable: true,
    steps: [
      {
        name: 'light',
        do: async (_ctx, { room }) => {
          world.runs.push('light')
          world.lit.add(room)
        },
        undo: async (_ctx, { room }) => {
          world.lit.delete(room)
        },
      },
      {
        name: 'key',
        do: async () => {
          await world.meanwhile()
          return { key: 'brass' }
        },
      },
      {
        name: 'lock',
        do: async (_ctx, { room, key }) => {
          if (key === undefined) throw new Error('the key of the step before is lost')
          world.locked.add(room)
        },
        undo: async (_ctx, { room }) => {
          world.locked.delete(room)
        },
      },
    ],
    failed: async (_ctx, { room }, failure) => {
      world.failures.push(`${room}: ${failure.step}: ${failure.message}`)
    },
  })
  return { world, saga }
}

const serviceOf = (saga: SagaOf<{ room: string }>): Service => ({ ...identityLike, sagas: [saga] })
const opened: { runtime: Runtime | null; engines: TestEngines }[] = []
const start = async (
  engines: TestEngines,
  saga: SagaOf<{ room: string }>,
  interfere?: Interference,
): Promise<Runtime> => {
  const runtime = createRuntime(engines, { retryDelaysMs: [1], ...(interfere ? { interfere } : {}) })
  await runtime.start([serviceOf(saga)], () => null)
  return runtime
}
afterEach(async () => {
  for (const { runtime, engines } of opened.splice(0)) {
    await runtime?.stop()
    await engines.close()
  }
})
const begin = (runtime: Runtime, saga: SagaOf<{ room: string }>, room = 'hall') =>
  inTransaction(runtime.context(), (tx) =>
    runtime.platform.work.start(tx, saga.begin({ room }), { resource: `room/${room}` }),
  )

const openTrial: OpenTrial = async (interfere) => {
  const { world, saga } = createWorld()
  const engines = await openTestEngines()
  let runtime = await start(engines, saga, interfere)
  return {
    run: async () => {
      await begin(runtime, saga)
      await runtime.platform.work.idle()
    },
    restart: async () => {
      await runtime.stop()
      await engines.db.write.updateTable('work_sagas').set({ lease_until: 0 }).execute()
      runtime = await start(engines, saga, interfere)
      await runtime.platform.work.idle()
    },
    expectDone: async () => {
      expect([...world.lit, ...world.locked]).toEqual(['hall', 'hall'])
      expect(world.failures).toEqual([])
      const kept = await engines.db.write.selectFrom('work_sagas').select('state').execute()
      expect(kept, 'finished work keeps its state').toEqual([{ state: '{}' }])
    },
    expectUndone: async () => {
      expect([...world.lit, ...world.locked]).toEqual([])
      expect(world.failures).toHaveLength(1)
    },
    close: async () => {
      await runtime.stop()
      await engines.close()
    },
  }
}

describe('sagas', () => {
  it('undo everything when a step fails', () => failEachStep(createWorld().saga, openTrial))
  it('go on where a killed process was', () => killAtEachStep(createWorld().saga, openTrial))
  it('go on undoing where a killed process was', () => killAtEachUndo(createWorld().saga, openTrial))

  it('start only if the transaction that asks for them commits', async () => {
    const { world, saga } = createWorld()
    const engines = await openTestEngines()
    const runtime = await start(engines, saga)
    opened.push({ runtime, engines })
    const ask = async (tx: Ctx) => {
      await runtime.platform.work.start(tx, saga.begin({ room: 'hall' }), { resource: 'room/hall' })
      throw new Error('rolled back')
    }
    await expect(inTransaction(runtime.context(), ask)).rejects.toThrow('rolled back')
    await runtime.platform.work.idle()
    expect(world.runs).toEqual([])
  })

  it('try a step again that fails for a reason of ours', async () => {
    const { world, saga } = createWorld()
    const engines = await openTestEngines()
    let failures = 1
    const runtime = await start(engines, saga, (_name, step, phase) => {
      if (step === 'lock' && phase === 'do' && failures-- > 0) throw new Error('for a moment')
    })
    opened.push({ runtime, engines })
    await begin(runtime, saga)
    await runtime.platform.work.idle()
    expect([...world.locked]).toEqual(['hall'])
  })

  it('run one at a time for each resource, in the order they were asked for', async () => {
    const { saga } = createWorld()
    const engines = await openTestEngines()
    const seen: string[] = []
    const runtime = await start(engines, saga, (_name, step, phase) => {
      seen.push(`${step} ${phase}`)
    })
    opened.push({ runtime, engines })
    await begin(runtime, saga)
    await begin(runtime, saga)
    await runtime.platform.work.idle()
    const once = ['light do', 'light done', 'key do', 'key done', 'lock do', 'lock done']
    expect(seen).toEqual([...once, ...once])
  })

  it('are undone without a complaint when they are cancelled', async () => {
    const { world, saga } = createWorld()
    const engines = await openTestEngines()
    const runtime = await start(engines, saga)
    opened.push({ runtime, engines })
    world.meanwhile = () => runtime.platform.work.cancel(runtime.context(), 'room/hall')
    await begin(runtime, saga)
    await runtime.platform.work.idle()
    expect(world.runs).toEqual(['light'])
    expect([...world.lit, ...world.locked, ...world.failures]).toEqual([])
  })

  it('keep no token of their caller', async () => {
    const { saga } = createWorld()
    const engines = await openTestEngines()
    const runtime = await start(engines, saga)
    opened.push({ runtime, engines })
    await begin(runtime, saga)
    await runtime.platform.work.idle()
    const row = await engines.db.read.selectFrom('work_sagas').select('id').executeTakeFirstOrThrow()
    const stored = await getSaga(runtime.context(), row.id)
    expect(stored).toMatchObject({ status: 'done', step: 3 })
    expect(stored?.caller).not.toContain('token')
  })
})
