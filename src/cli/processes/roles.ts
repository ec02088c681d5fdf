import { createServer } from 'node:net'
import path from 'node:path'
import { socketAnswers } from '#lib/exec/socket.ts'
import { isHealthy, portOf, services } from '../services.ts'
import type { HostConfig } from '../state/config-file.ts'
import type { StatePaths } from '../state/paths.ts'
import { CommandError, type Terminal } from '../terminal.ts'
import type { Daemon } from './daemon.ts'

/** Our own program in one of its long-running roles, started as we were started ourselves: from the bundle or from the sources. */
function roleArgv(role: 'controller' | 'agent', paths: StatePaths): [string, ...string[]] {
  // `--expose-gc`: see `forgetStart`.
  return [process.execPath, '--expose-gc', process.argv[1] ?? '', role, '--state', paths.directory]
}

/** The controller: every API service of the cloud. */
export function controllerDaemon(paths: StatePaths, config: HostConfig): Daemon {
  return {
    name: 'controller',
    argv: roleArgv('controller', paths),
    ready: async () => (await unhealthyServices(config)).length === 0,
    patience: 60,
  }
}

/** The agent: this machine as a compute host. */
export function agentDaemon(paths: StatePaths): Daemon {
  return {
    name: 'agent',
    argv: roleArgv('agent', paths),
    ready: () => socketAnswers(path.join(paths.run, 'agent.sock')),
  }
}

/** Names of the services that do not answer. */
async function unhealthyServices(config: HostConfig): Promise<string[]> {
  const answers = await Promise.all(services.map((service) => isHealthy(service, config)))
  return services.filter((_, index) => answers[index] !== true).map((service) => service.name)
}

/** Throws when another program holds one of our ports: better said here than found in a log. */
export async function assertPortsFree(config: HostConfig, terminal: Terminal): Promise<void> {
  const ports = services.map((service) => portOf(service, config))
  const free = await Promise.all(ports.map((port) => isFree(port, config.listen)))
  const taken = ports.filter((_, index) => free[index] !== true)
  if (taken.length > 0) throw new CommandError(terminal.text.portTaken(config.listen, taken.join(', ')))
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host }, () => server.close(() => resolve(true)))
  })
}
