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

/** Names of the processes a cloud consists of, in the order they start. */
export function expectedDaemons(config: Pick<HostConfig, 'simulated'>): string[] {
  return config.simulated ? ['controller'] : [...hostDaemons, 'controller', 'agent']
}
