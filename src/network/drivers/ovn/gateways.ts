// Where a router's gateway may be: on hosts whose bridge mappings reach the external network, those marked as gateways
// (ovn-cms-options=enable-chassis-as-gw) before all others.
import type { Replica } from '#lib/ovsdb/replica.ts'
import { numberOf, textOf } from '#lib/ovsdb/values.ts'
import type { Chassis } from '../driver.ts'

/** OVN watches each of them with BFD, so there is a limit (Neutron's is the same). */
const MAX_GATEWAY_CHASSIS = 5

/** Chassis that could host the gateway of a network. */
export function candidates(
  chassis: readonly Chassis[],
  physicalNetwork: string | null,
  hints: readonly string[],
): string[] {
  const marked = chassis.filter((each) => each.gateway)
  const able = marked.length > 0 ? marked : chassis
  return able
    .filter((each) => physicalNetwork === null || physicalNetwork in each.bridgeMappings)
    .filter((each) => hints.length === 0 || hints.some((zone) => each.availabilityZones.includes(zone)))
    .map((each) => each.id)
    .sort()
}

/**
 * The candidates in order with their priorities, highest first. A chassis in use stays where it is, so that nothing moves without need;
 * new ones are ordered by how many gateways they have at the highest priority already.
 */
export function rank(
  replica: Replica,
  able: readonly string[],
  current: readonly string[],
): { id: string; priority: number }[] {
  const load = new Map<string, number>()
  const priorityOf = new Map<string, number>()
  for (const row of replica.rows('Gateway_Chassis').values()) {
    const id = textOf(row, 'chassis_name')
    const priority = numberOf(row, 'priority') ?? 0
    load.set(id, (load.get(id) ?? 0) + priority)
    if (current.includes(id)) priorityOf.set(id, Math.max(priority, priorityOf.get(id) ?? 0))
  }
  const kept = current
    .filter((id) => able.includes(id))
    .sort((a, b) => (priorityOf.get(b) ?? 0) - (priorityOf.get(a) ?? 0))
  const fresh = able.filter((id) => !current.includes(id)).sort((a, b) => (load.get(a) ?? 0) - (load.get(b) ?? 0))
  const chosen = [...kept, ...fresh].slice(0, MAX_GATEWAY_CHASSIS)
  return chosen.map((id, at) => ({ id, priority: chosen.length - at }))
}
