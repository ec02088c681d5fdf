/** How long a service may be silent before it counts as down, ms: Nova's service_down_time. */
export const serviceDownMs = 60_000

/** Whether a service is alive. */
export const isUp = (service: { readonly last_seen: number; readonly forced_down: number }, now: number): boolean =>
  service.forced_down === 0 && now - service.last_seen < serviceDownMs

/** The zone of services that are no hosts, and of hosts in no aggregate with a zone. */
export const internalZone = 'internal'
export const defaultZone = 'nova'
/** @param zones of the hosts that are in an aggregate with one */
export const zoneOf = (
  { binary, host }: { readonly binary: string; readonly host: string },
  zones: ReadonlyMap<string, string>,
): string => (binary === 'nova-compute' ? (zones.get(host) ?? defaultZone) : internalZone)
