import type { Endpoint } from '../endpoints/store.ts'
import type { Association } from './store.ts'

/** What tells one place of a policy from another. */
export const moreSpecific = ['endpoint_id', 'service_id', 'region_id'] as const

/** Whether an association is about an endpoint: by itself, or by its service and region. */
export function matchesPlace(row: Association, endpoint: Endpoint): boolean {
  if (row.endpoint_id !== '') return row.endpoint_id === endpoint.id
  return row.service_id === endpoint.serviceId && (row.region_id === '' || row.region_id === endpoint.regionId)
}
