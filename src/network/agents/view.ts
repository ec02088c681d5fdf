import type { Chassis } from '../drivers/driver.ts'

/** `2026-11-21 03:37:19`, as Neutron writes the times of agents. */
const timeText = (time: Date): string => time.toISOString().slice(0, 19).replace('T', ' ')

export type Agent = {
  readonly id: string
  readonly agent_type: string
  readonly binary: string
  readonly host: string
  readonly alive: boolean
  readonly configurations: { readonly chassis_name: string }
} & Readonly<Record<string, unknown>>

/** The agents of a host: what forwards its packets, and what serves metadata beside it. */
export function viewAgents(chassis: Chassis): Agent[] {
  const common = {
    host: chassis.host,
    availability_zone: chassis.availabilityZones.join(', '),
    topic: 'n/a',
    configurations: {
      chassis_name: chassis.id,
      'bridge-mappings': Object.entries(chassis.bridgeMappings)
        .map(([network, bridge]) => `${network}:${bridge}`)
        .join(','),
    },
    start_flag: true,
    admin_state_up: true,
  }
  const controller = {
    binary: 'ovn-controller',
    ...common,
    description: chassis.description,
    heartbeat_timestamp: timeText(chassis.heartbeatAt),
    agent_type: chassis.gateway ? 'OVN Controller Gateway agent' : 'OVN Controller agent',
    id: chassis.id,
    alive: chassis.alive,
  }
  if (chassis.metadata === null) return [controller]
  const metadata = {
    binary: 'neutron-ovn-metadata-agent',
    ...common,
    description: chassis.metadata.description,
    heartbeat_timestamp: timeText(chassis.metadata.heartbeatAt),
    agent_type: 'OVN Metadata agent',
    id: chassis.metadata.id,
    alive: chassis.metadata.alive,
  }
  return [controller, metadata]
}
