// The hypervisors of the cloud, by host: simulated ones in this process, the others behind the bus.
import type { Platform } from '#platform/platform.ts'
import type { Hypervisor } from './drivers/driver.ts'
import { createRemoteHypervisor } from './drivers/remote/driver.ts'
import { createSimulatedHypervisor, type SimulatedHypervisor } from './drivers/simulated/driver.ts'

/** Finds a host's driver. */
export type Hosts = {
  readonly driverOf: (host: string) => Hypervisor
  /** Hosts that were away when something was wanted of them: looked at anew as soon as they report. */
  readonly away: Set<string>
  /** The simulated hosts, empty on a real cloud. */
  readonly simulated: ReadonlyMap<string, SimulatedHypervisor>
}

/** Names of simulated hosts begin so. */
export const simulatedPrefix = 'sim-'

export function createHosts(platform: Platform): Hosts {
  const { hypervisor, simulated } = platform.config
  const simulatedHosts = new Map<string, SimulatedHypervisor>()
  if (hypervisor === 'simulated') {
    for (let number = 1; number <= simulated.hosts; number += 1) {
      const host = `${simulatedPrefix}${number}`
      simulatedHosts.set(
        host,
        createSimulatedHypervisor({
          host,
          vcpus: simulated.vcpus,
          memoryMb: simulated.memory_mb,
          diskGb: simulated.disk_gb,
          delayMs: simulated.delay_ms,
          failureRate: simulated.failure_rate,
          random: Math.random,
        }),
      )
    }
  }
  const remote = new Map<string, Hypervisor>()
  return {
    away: new Set(),
    simulated: simulatedHosts,
    driverOf: (host) => {
      const known = simulatedHosts.get(host) ?? remote.get(host)
      if (known) return known
      const made = createRemoteHypervisor(platform.bus, host)
      remote.set(host, made)
      return made
    },
  }
}
