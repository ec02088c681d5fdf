import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHub } from '#platform/bus/hub.ts'
import { systemClock } from '#platform/clock.ts'
import { createConfig } from '#platform/config.ts'
import { openSqlite } from '#platform/db/open.ts'
import type { Service } from '#platform/http/service.ts'
import { createLog } from '#platform/log.ts'
import { createRuntime } from '#platform/runtime.ts'
import { createCloud } from '../../src/cloud.ts'

/** The services of a simulated cloud that is not started. */
export async function withServices<T>(use: (services: readonly Service[]) => T): Promise<T> {
  const state = mkdtempSync(join(tmpdir(), 'haneul-gen-'))
  const db = openSqlite(':memory:')
  const bus = await createHub(null)
  try {
    const runtime = createRuntime({
      config: createConfig(state, {}),
      clock: systemClock,
      log: createLog('silent'),
      db,
      bus,
    })
    return use(createCloud(runtime.platform, runtime.context).services)
  } finally {
    await bus.close()
    await db.close()
    rmSync(state, { recursive: true, force: true })
  }
}
