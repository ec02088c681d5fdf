// The agent of a compute host: serves its hypervisor to the controllers over the bus until it is told to end.
import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import { createDesk } from './desk.ts'
import { serveHypervisor } from '#compute/drivers/remote/driver.ts'
import { openLibvirt } from '#lib/libvirt/libvirt.ts'
import { joinBus } from '#platform/bus/open.ts'
import type { Config } from '#platform/config.ts'
import { createLog, type Log } from '#platform/log.ts'
import { forgetStart } from '#platform/memory.ts'
import { libvirtUri, switchDatabase } from './host-engines.ts'
import { createLibvirtHypervisor } from './hypervisor/libvirt/driver.ts'
import { createTaps } from './hypervisor/libvirt/taps.ts'
import { createProxies } from './metadata/haproxy.ts'
import { serveMetadata } from './metadata/server.ts'
import { startMetadata } from './metadata/service.ts'
import { keepReporting } from './reports.ts'

/** Runs an agent until SIGTERM or SIGINT. */
export async function runAgent(config: Config): Promise<void> {
  const log = createLog(config.log_level)
  const instances = path.join(config.state, 'instances')
  mkdirSync(instances, { recursive: true, mode: 0o711 })
  const host = config.host === '' ? hostname() : config.host
  const bus = await joinBus(config, log)
  const desk = createDesk(bus)
  const libvirt = openLibvirt({ uri: libvirtUri(config.state) })
  const taps = createTaps(switchDatabase(config.state))
  const hypervisor = createLibvirtHypervisor({ libvirt, taps, identity: { host, ip: config.address, instances } })

  const stopHypervisor = await serveHypervisor(bus, host, hypervisor)
  const socket = path.join(config.state, 'run/agent.sock')
  const stopServer = await serveMetadata(socket, desk, log)
  const stopMetadata = config.network === 'ovn' ? await startNetworkMetadata(config, socket, log) : async () => {}
  const ending = new AbortController()
  const reporting = keepReporting(hypervisor, desk, log, ending.signal)
  forgetStart()
  log.info({ host }, 'the agent is ready')
  await toldToEnd()
  log.info('the agent ends')
  ending.abort()
  await stopHypervisor()
  await stopMetadata()
  await stopServer()
  // What still waits for an answer fails now.
  await bus.close()
  await libvirt.close()
  await reporting
}

function startNetworkMetadata(config: Config, socket: string, log: Log): Promise<() => Promise<void>> {
  return startMetadata({
    southbound: config.ovn.southbound,
    switchDatabase: switchDatabase(config.state),
    proxies: createProxies(path.join(config.state, 'run/metadata'), socket),
    log,
  })
}

function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
}
