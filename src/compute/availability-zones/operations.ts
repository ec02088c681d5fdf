import type { Ctx } from '#platform/context.ts'
import { naiveTime } from '../times.ts'
import { zonesOfHosts } from '../aggregates/store.ts'
import { internalZone, isUp, zoneOf } from '../services/rules.ts'
import { listServices } from '../services/store.ts'

type Hosts = Record<string, Record<string, { active: boolean; available: boolean; updated_at: string }>>

/** Zones with their hosts and services; the internal one for administrators alone. */
export async function listZones(ctx: Ctx, detail: boolean) {
  const zones = new Map<string, Hosts>()
  const zonesByHost = await zonesOfHosts(ctx)
  for (const service of await listServices(ctx, {})) {
    const zone = zoneOf(service, zonesByHost)
    if (zone === internalZone && !detail) continue
    const hosts = zones.get(zone) ?? {}
    const services = (hosts[service.host] ??= {})
    services[service.binary] = {
      active: service.disabled === 0,
      available: isUp(service, ctx.now),
      updated_at: naiveTime(service.last_seen),
    }
    zones.set(zone, hosts)
  }
  return {
    availabilityZoneInfo: [...zones]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([zoneName, hosts]) => ({
        zoneName,
        // A zone is available while one of its hosts takes servers.
        zoneState: { available: zone(hosts) },
        hosts: detail ? hosts : null,
      })),
  }
}
/** Whether a zone of that name takes servers. */
export async function isZoneAvailable(ctx: Ctx, name: string): Promise<boolean> {
  const { availabilityZoneInfo: zones } = await listZones(ctx, false)
  return zones.some(({ zoneName, zoneState }) => zoneName === name && zoneState.available)
}

const zone = (hosts: Hosts): boolean =>
  Object.values(hosts).some((services) => Object.values(services).some(({ active, available }) => active && available))
