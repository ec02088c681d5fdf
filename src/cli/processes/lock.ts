import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { StatePaths } from '../state/paths.ts'
import { CommandError, type Terminal } from '../terminal.ts'
import { readPidFile } from './pid-file.ts'
import { identify, isRunning } from '#lib/exec/processes.ts'

const name = 'launcher'

/** Runs `work` while no other up or down works on the same state; a lock whose holder is dead is taken over. */
export async function withLock<T>(paths: StatePaths, terminal: Terminal, work: () => Promise<T>): Promise<T> {
  const file = path.join(paths.run, `${name}.lock`)
  const self = await identify(process.pid)
  const content = `${process.pid}\n${self?.startTime ?? ''}\n${self?.bootId ?? ''}\n`
  for (;;) {
    try {
      await writeFile(file, content, { flag: 'wx' })
      break
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      const holder = await readPidFile(paths.run, name, '.lock')
      if (holder !== undefined && (await isRunning(holder))) throw new CommandError(terminal.text.busy(holder.pid))
      await rm(file, { force: true })
    }
  }
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}
