import { expect, test } from 'vitest'
import { createRuntime } from '#platform/runtime.ts'
import { openTestEngines } from '#platform/testing/engines.ts'
import { createCloud } from '../cloud.ts'
import { services } from './services.ts'

test('the launcher knows every service of the cloud (else: add it to src/cli/services.ts)', async () => {
  const engines = await openTestEngines()
  try {
    const runtime = createRuntime(engines)
    const served = createCloud(runtime.platform, runtime.context).services.map(({ api }) => {
      return { name: api.name, type: api.type, port: api.port, path: api.catalogPath }
    })
    expect(services).toEqual(served)
  } finally {
    await engines.close()
  }
})
