import { logFile } from '../processes/daemon.ts'
import { expectedDaemons } from '../processes/expected.ts'
import { pidFileNames, readPidFile } from '../processes/pid-file.ts'
import { isRunning, residentKib } from '#lib/exec/processes.ts'
import { isHealthy, portOf, serviceUrl, services } from '../services.ts'
import { type HostConfig, readHostConfig } from '../state/config-file.ts'
import type { StatePaths } from '../state/paths.ts'
import { CommandError, table, type Terminal } from '../terminal.ts'
import { parseOptions, pathsOf, refuseExtra, stateOption } from '../options.ts'

export interface ServiceStatus {
  readonly name: string
  readonly type: string
  readonly port: number
  readonly url: string
  readonly healthy: boolean
}

export interface ProcessStatus {
  readonly name: string
  readonly pid: number | null
  readonly running: boolean
  readonly rss_kib: number
  readonly log: string
}

/** Prints services and processes; exit code 0 only when all of them are well. */
export async function status(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseOptions(argv, { ...stateOption, json: { type: 'boolean' } }, terminal)
  refuseExtra(positionals, terminal)
  const paths = pathsOf(values)
  const config = await readHostConfig(paths, terminal)
  if (config === undefined) throw new CommandError(terminal.text.notUp(paths.directory))
  const [serviceList, processList] = await Promise.all([serviceStatus(config), processStatus(paths, config)])
  if (values.json === true) terminal.say(JSON.stringify({ services: serviceList, processes: processList }, null, 2))
  else for (const line of tables(serviceList, processList, terminal)) terminal.say(line)
  return serviceList.every((service) => service.healthy) && processList.every((process) => process.running) ? 0 : 1
}

/** How each API service answers. */
export async function serviceStatus(config: HostConfig): Promise<ServiceStatus[]> {
  return Promise.all(
    services.map(async (service) => ({
      name: service.name,
      type: service.type,
      port: portOf(service, config),
      url: serviceUrl(service, config),
      healthy: await isHealthy(service, config),
    })),
  )
}

/** The processes this cloud should have, then any other that left a pid file. */
export async function processStatus(paths: StatePaths, config: HostConfig): Promise<ProcessStatus[]> {
  const names = new Set([...expectedDaemons(config), ...(await pidFileNames(paths.run))])
  return Promise.all(
    [...names].map(async (name) => {
      const identity = await readPidFile(paths.run, name)
      const running = identity !== undefined && (await isRunning(identity))
      return {
        name,
        pid: running ? identity.pid : null,
        running,
        rss_kib: running ? await residentKib(identity.pid) : 0,
        log: logFile(paths, name),
      }
    }),
  )
}

function tables(serviceList: ServiceStatus[], processList: ProcessStatus[], { text }: Terminal): string[] {
  const { columns, processColumns } = text
  const answer = (good: boolean): string => (good ? text.yes : text.no)
  return [
    ...table(
      [columns.service, columns.type, columns.port, columns.healthy, columns.url],
      serviceList.map((row) => [row.name, row.type, String(row.port), answer(row.healthy), row.url]),
    ),
    '',
    ...table(
      [processColumns.name, processColumns.pid, processColumns.running, processColumns.memory, processColumns.log],
      processList.map((row) => [
        row.name,
        row.pid === null ? '-' : String(row.pid),
        answer(row.running),
        `${(row.rss_kib / 1024).toFixed(1)} MiB`,
        row.log,
      ]),
    ),
  ]
}
