import { formatCidr, parseCidr } from '#lib/cidr/cidr.ts'
import { isoSeconds } from '#platform/clock.ts'
import type { SecurityGroupRuleRow } from './store.ts'

function normalized(prefix: string | null): string | null {
  const cidr = prefix === null ? undefined : parseCidr(prefix)
  return cidr === undefined ? null : formatCidr(cidr)
}

/** A rule as the API shows it. */
export const viewRule = (row: SecurityGroupRuleRow) => ({
  id: row.id,
  tenant_id: row.project_id,
  security_group_id: row.security_group_id,
  ethertype: row.ethertype,
  direction: row.direction,
  protocol: row.protocol,
  port_range_min: row.port_range_min,
  port_range_max: row.port_range_max,
  remote_ip_prefix: row.remote_ip_prefix,
  remote_address_group_id: null,
  normalized_cidr: normalized(row.remote_ip_prefix),
  remote_group_id: row.remote_group_id,
  description: row.description,
  created_at: isoSeconds(row.created_at),
  updated_at: isoSeconds(row.updated_at),
  revision_number: row.revision_number,
  project_id: row.project_id,
})
