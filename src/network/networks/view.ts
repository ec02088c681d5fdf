import { viewStandard } from '../standard.ts'
import { textList } from '../visibility.ts'
import type { NetworkRow } from './store.ts'

/**
 * A network as the API shows it.
 * @param withProvider how it is carried, which only administrators see
 */
export const viewNetwork = (row: NetworkRow, withProvider: boolean) => ({
  id: row.id,
  name: row.name,
  tenant_id: row.project_id,
  admin_state_up: row.admin_state_up === 1,
  mtu: row.mtu,
  status: row.status,
  subnets: textList(row.subnet_ids),
  shared: row.shared === 1,
  availability_zone_hints: textList(row.availability_zone_hints),
  availability_zones: [],
  ipv4_address_scope: null,
  ipv6_address_scope: null,
  'router:external': row.external === 1,
  description: row.description,
  port_security_enabled: row.port_security_enabled === 1,
  ...viewStandard(row),
  project_id: row.project_id,
  ...(withProvider
    ? {
        'provider:network_type': row.network_type,
        'provider:physical_network': row.physical_network,
        'provider:segmentation_id': row.segmentation_id,
      }
    : undefined),
})
