import { agentDaemon, assertPortsFree, controllerDaemon } from '../processes/roles.ts'
import { startDaemon } from '../processes/daemon.ts'
import { withLock } from '../processes/lock.ts'
import { runningProcess } from '../processes/pid-file.ts'
import { ensurePackages, hostPackages, missingClients } from '../host/packages.ts'
import { startHost } from '../host/start.ts'
import { parseOptions, pathsOf, refuseExtra, stateOption } from '../options.ts'
import { authUrl } from '../state/credentials.ts'
import { type HostConfig, readHostConfig } from '../state/config-file.ts'
import type { StatePaths } from '../state/paths.ts'
import { assertReachable, prepareState } from '../state/prepare.ts'
import { CommandError, type Terminal } from '../terminal.ts'
import { stopCloud } from './down.ts'
import { stayInForeground } from './foreground.ts'

const options = {
  ...stateOption,
  simulated: { type: 'boolean' },
  address: { type: 'string' },
  'admin-password': { type: 'string' },
  nat: { type: 'boolean' },
  foreground: { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
} as const

/** Starts whatever of the cloud does not run, and waits until it answers. */
export async function up(argv: readonly string[], terminal: Terminal): Promise<number> {
  const since = performance.now()
  const { values, positionals } = parseOptions(argv, options, terminal)
  refuseExtra(positionals, terminal)
  const paths = pathsOf(values)
  const known = await readHostConfig(paths, terminal)
  const simulated = known?.simulated ?? values.simulated === true
  if (!simulated && process.getuid?.() !== 0) throw new CommandError(terminal.text.needsRoot)

  const first = {
    simulated: values.simulated === true,
    address: values.address,
    adminPassword: values['admin-password'],
  }
  if (known?.simulated === true && values.simulated !== true)
    terminal.note(terminal.text.staysSimulated(paths.directory))
  const config = await terminal.step(terminal.text.stateReady(paths.directory), () =>
    prepareState(paths, first, terminal),
  )
  const start = (): Promise<void> => startCloud(paths, config, values, terminal)
  await start()

  const seconds = ((performance.now() - since) / 1000).toFixed(1)
  terminal.say(terminal.text.ready(authUrl(config.address), seconds))
  terminal.say(terminal.text.next(paths.openrc))
  const clients = await missingClients()
  if (clients.length > 0) terminal.say(terminal.text.clientsMissing(clients.join(' ')))
  if (values.foreground === true) {
    await stayInForeground(paths, config, start, terminal)
    await withLock(paths, terminal, () => stopCloud(paths, config, terminal))
  }
  return 0
}

interface StartOptions {
  readonly nat?: boolean | undefined
  readonly yes?: boolean | undefined
}

async function startCloud(
  paths: StatePaths,
  config: HostConfig,
  asked: StartOptions,
  terminal: Terminal,
): Promise<void> {
  await withLock(paths, terminal, async () => {
    if (!config.simulated) {
      await assertReachable(paths, terminal)
      await ensurePackages([...hostPackages, ...(await missingClients())], asked.yes === true, terminal)
      await startHost(paths, config, asked.nat === true, terminal)
    }
    await terminal.step(terminal.text.controller, async () => {
      const daemon = controllerDaemon(paths, config)
      if ((await runningProcess(paths.run, daemon.name)) === undefined) await assertPortsFree(config, terminal)
      return (await startDaemon(paths, daemon, terminal)) ? undefined : terminal.text.alreadyRuns
    })
    if (!config.simulated) {
      await terminal.step(terminal.text.agent, async () => {
        return (await startDaemon(paths, agentDaemon(paths), terminal)) ? undefined : terminal.text.alreadyRuns
      })
    }
  })
}
