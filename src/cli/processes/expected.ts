import type { HostConfig } from '../state/config-file.ts'

/** Daemons of a host in the order they start; they stop in the opposite one. */
export const hostDaemons = [
  'ovsdb-server',
  'ovs-vswitchd',
  'ovn-nb',
  'ovn-sb',
  'ovn-northd',
  'ovn-controller',
  'virtlogd',
  'libvirtd',
] as const

/** Our own processes, in the order they start. */
export function roles(config: Pick<HostConfig, 'simulated'>): string[] {
  return config.simulated ? ['controller'] : ['controller', 'agent']
}

/** Names of the processes a cloud consists of, in the order they start. */
export function expectedDaemons(config: Pick<HostConfig, 'simulated'>): string[] {
  return [...(config.simulated ? [] : hostDaemons), ...roles(config)]
}
