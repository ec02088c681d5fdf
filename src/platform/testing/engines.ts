import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHub } from '../bus/hub.ts'
import { type Clock, systemClock } from '../clock.ts'
import { createConfig } from '../config.ts'
import { type OpenDb, openDb } from '../db/open.ts'
import { createLog } from '../log.ts'
import type { Engines } from '../runtime.ts'
import { freshDatabase } from './database.ts'

/** Engines for a test: a state directory of its own, a fresh database, a bus in this process. */
export type TestEngines = Engines & {
  /** The same database as another controller has it: connections of its own on MariaDB; SQLite serves one process. */
  readonly connect: () => Promise<OpenDb>
  readonly close: () => Promise<void>
}

const anyPort = Object.fromEntries(
  ['identity', 'image', 'placement', 'compute', 'network', 'block-storage', 'object-store', 'orchestration'].map(
    (type) => [type, 0],
  ),
)

/**
 * Opens engines on which nothing else runs.
 * @param settings keys of config.yaml; every port is a free one unless said
 */
export async function openTestEngines(
  settings: Readonly<Record<string, unknown>> = {},
  clock: Clock = systemClock,
): Promise<TestEngines> {
  const state = mkdtempSync(join(tmpdir(), 'haneul-test-'))
  const config = createConfig(state, {
    listen: '127.0.0.1',
    log_level: 'silent',
    metrics_port: 0,
    ports: anyPort,
    ...settings,
  })
  const database = await freshDatabase()
  const db = await openDb(database.url, join(state, 'haneul.sqlite'))
  const others: OpenDb[] = []
  const bus = await createHub(null)
  return {
    config,
    clock,
    log: createLog(config.log_level),
    db,
    bus,
    connect: async () => {
      if (database.url === '') return db
      const other = await openDb(database.url, '')
      others.push(other)
      return other
    },
    close: async () => {
      await bus.close()
      for (const each of [db, ...others]) await each.close()
      await database.drop()
      rmSync(state, { recursive: true, force: true })
    },
  }
}
