import { rm, stat } from 'node:fs/promises'
import { stopDaemon } from '../processes/daemon.ts'
import { stopHost } from '../host/stop.ts'
import { roles } from '../processes/expected.ts'
import { withLock } from '../processes/lock.ts'
import { runningProcess } from '../processes/pid-file.ts'
import { parseOptions, pathsOf, refuseExtra, stateOption } from '../options.ts'
import { type HostConfig, readHostConfig } from '../state/config-file.ts'
import type { StatePaths } from '../state/paths.ts'
import { CommandError, type Terminal } from '../terminal.ts'

/** Stops everything `up` started; keeps the data unless `--purge` is given. */
export async function down(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseOptions(argv, { ...stateOption, purge: { type: 'boolean' } }, terminal)
  refuseExtra(positionals, terminal)
  const paths = pathsOf(values)
  const config = await readHostConfig(paths, terminal)
  if (config === undefined) throw new CommandError(terminal.text.notUp(paths.directory))
  const stopped = await withLock(paths, terminal, () => stopCloud(paths, config, terminal))
  if (values.purge === true) {
    await purge(paths, terminal)
    terminal.say(terminal.text.purged(paths.directory))
  } else {
    terminal.say(stopped ? terminal.text.isDown : terminal.text.nothingRuns)
  }
  return 0
}

/** Ends the processes of the cloud, last started first; true when there was one. */
export async function stopCloud(paths: StatePaths, config: HostConfig, terminal: Terminal): Promise<boolean> {
  let any = false
  for (const name of roles(config).toReversed()) {
    if ((await runningProcess(paths.run, name)) === undefined) continue
    any = true
    await terminal.step(terminal.text.stopping(name), () => stopDaemon(paths, name))
  }
  const host = !config.simulated && (await stopHost(paths, terminal))
  return any || host
}

/** Removes the state directory, but only one that shows the marks of `up`. */
async function purge(paths: StatePaths, terminal: Terminal): Promise<void> {
  for (const mark of [paths.config, paths.adminPassword, paths.run]) {
    if ((await stat(mark).catch(() => undefined)) === undefined) {
      throw new CommandError(terminal.text.notOurs(paths.directory))
    }
  }
  await rm(paths.directory, { recursive: true, force: true })
}
