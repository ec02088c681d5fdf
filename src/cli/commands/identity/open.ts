// Opens identity for a command: the cloud's own database and master key, whether its controller runs or not.
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { Type } from 'typebox'
import { createIdentityTools, type IdentityTools } from '#identity/service.ts'
import { socketAnswers } from '#lib/exec/socket.ts'
import { createHub } from '#platform/bus/hub.ts'
import { systemClock } from '#platform/clock.ts'
import { readConfig } from '#platform/config.ts'
import type { Ctx } from '#platform/context.ts'
import { migrate } from '#platform/db/migrate.ts'
import { openDb } from '#platform/db/open.ts'
import { createLog } from '#platform/log.ts'
import { createRuntime } from '#platform/runtime.ts'
import { askController } from '../../operator.ts'
import type { StatePaths } from '../../state/paths.ts'
import type { Terminal } from '../../terminal.ts'

/** Runs `work`, then tells the running controllers, if there are any, to read anew what they know. */
export async function withIdentity<T>(
  paths: StatePaths,
  terminal: Terminal,
  work: (tools: IdentityTools, ctx: Ctx) => Promise<T>,
): Promise<T> {
  await mkdir(paths.directory, { recursive: true, mode: 0o711 })
  const config = readConfig(paths.directory)
  const db = await openDb(config.database, path.join(paths.directory, 'haneul.sqlite'))
  const bus = await createHub(null)
  try {
    const tools = createIdentityTools(config)
    await migrate(db, [tools.migrations])
    const runtime = createRuntime({ config, clock: systemClock, log: createLog('error'), db, bus })
    return await work(tools, runtime.context())
  } finally {
    await bus.close()
    await db.close()
    const runs = config.bus !== '' || (await socketAnswers(path.join(paths.run, 'bus.sock')))
    if (runs) await askController(paths, terminal, 'identity.changed', null, Type.Null()).catch(() => undefined)
  }
}
