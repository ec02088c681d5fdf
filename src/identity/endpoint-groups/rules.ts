import type { Attributes } from '../attributes.ts'
import type { Endpoint } from '../endpoints/store.ts'

/** What endpoints may be chosen by. */
export const FILTERS = ['service_id', 'region_id', 'interface'] as const

/** Whether an endpoint has all that the filters of a group ask for. */
export function matchesFilters(endpoint: Endpoint, filters: Attributes): boolean {
  const values: Attributes = {
    service_id: endpoint.serviceId,
    region_id: endpoint.regionId,
    interface: endpoint.interface,
  }
  return Object.entries(filters).every(([name, value]) => values[name] === value)
}
