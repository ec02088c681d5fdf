import { isoSeconds } from '#platform/clock.ts'
import type { PortRow } from './store.ts'

const NOTHING: readonly never[] = []
const EMPTY = {}

/** JSON as stored; the two commonest values are not parsed. */
function parsed(json: string): unknown {
  if (json === '[]') return NOTHING
  if (json === '{}') return EMPTY
  const value: unknown = JSON.parse(json)
  return value
}

/**
 * A port as the API shows it.
 * @param withBinding where and how it is plugged, which only administrators and services see
 */
export const viewPort = (row: PortRow, withBinding: boolean) => ({
  id: row.id,
  name: row.name,
  network_id: row.network_id,
  tenant_id: row.project_id,
  mac_address: row.mac_address,
  admin_state_up: row.admin_state_up === 1,
  status: row.status,
  device_id: row.device_id,
  device_owner: row.device_owner,
  fixed_ips: parsed(row.fixed_ips),
  allowed_address_pairs: parsed(row.allowed_address_pairs),
  extra_dhcp_opts: parsed(row.extra_dhcp_opts),
  security_groups: parsed(row.security_groups),
  description: row.description,
  'binding:vnic_type': row.vnic_type,
  ...(withBinding
    ? {
        'binding:profile': parsed(row.profile),
        'binding:host_id': row.host_id,
        'binding:vif_type': row.vif_type,
        'binding:vif_details': parsed(row.vif_details),
      }
    : undefined),
  port_security_enabled: row.port_security_enabled === 1,
  tags: parsed(row.tags),
  created_at: isoSeconds(row.created_at),
  updated_at: isoSeconds(row.updated_at),
  revision_number: row.revision_number,
  project_id: row.project_id,
})
