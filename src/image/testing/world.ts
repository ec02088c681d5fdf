// A cloud with the image service alone, for the tests of its sagas: it can be killed and started again.
import { type Client, createClient } from '#platform/testing/api.ts'
import { openTestEngines, type TestEngines } from '#platform/testing/engines.ts'
import { authenticatePersona } from '#platform/testing/personas.ts'
import { createRuntime, type RuntimeOptions } from '#platform/runtime.ts'
import type { Saga } from '#platform/work/saga.ts'
import { createImage } from '../service.ts'

export type ImageWorld = {
  readonly engines: TestEngines
  readonly client: Client
  /** Waits until no work is in flight. */
  readonly idle: () => Promise<void>
  /** Ends the process as a kill would leave it, starts another on the same database, and lets it end the work. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

export async function startImageWorld(
  settings: Readonly<Record<string, unknown>>,
  interfere: RuntimeOptions['interfere'],
): Promise<ImageWorld> {
  const engines = await openTestEngines(settings)
  const begin = async () => {
    const runtime = createRuntime(engines, { ...(interfere === undefined ? {} : { interfere }), retryDelaysMs: [1] })
    await runtime.start([createImage(runtime.platform).service], authenticatePersona)
    return runtime
  }
  let runtime = await begin()
  return {
    engines,
    client: (method, path, options) => createClient(runtime.urlOf('image'), 'admin')(method, path, options),
    idle: () => runtime.platform.work.idle(),
    restart: async () => {
      await runtime.stop()
      await engines.db.write.updateTable('work_sagas').set({ lease_until: 0 }).execute()
      runtime = await begin()
      await runtime.platform.work.idle()
    },
    stop: async () => {
      await runtime.stop()
      await engines.close()
    },
  }
}

/** A saga of the image service, for what needs no more than its steps. */
export async function withImageSaga(name: string, check: (saga: Saga) => Promise<void>): Promise<void> {
  const engines = await openTestEngines()
  const { sagas } = createImage(createRuntime(engines).platform).service
  await engines.close()
  const saga = sagas.find((each) => each.name === name)
  if (saga === undefined) throw new Error(`there is no saga ${name}`)
  await check(saga)
}
