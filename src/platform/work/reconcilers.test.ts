import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Service } from '../http/service.ts'
import { createRuntime, type Runtime } from '../runtime.ts'
import { identityLike } from '../testing/empty-service.ts'
import { openTestEngines, type TestEngines } from '../testing/engines.ts'

let engines: TestEngines
const runtimes: Runtime[] = []
beforeAll(async () => {
  engines = await openTestEngines()
})
afterAll(async () => {
  for (const runtime of runtimes) await runtime.stop()
  await engines.close()
})

const start = async (): Promise<{ runtime: Runtime; ran: Promise<void> }> => {
  const { promise: ran, resolve } = Promise.withResolvers<void>()
  const reconciler = {
    name: 'test.sweep',
    everyMs: 3_600_000,
    run: async () => {
      resolve()
      return {}
    },
  }
  const service: Service = { ...identityLike, reconcilers: [reconciler] }
  const runtime = createRuntime(engines)
  runtimes.push(runtime)
  await runtime.start([service], () => null)
  return { runtime, ran }
}

it('does not wait for the lock of a controller that was killed', async () => {
  const killed = await start()
  await killed.ran
  const next = await start()
  await next.ran
  await next.runtime.stop()
  const after = await start()
  await after.ran
  expect(after.runtime.platform.work.reconcilers().map(({ name }) => name)).toContain('test.sweep')
})
