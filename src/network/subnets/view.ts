import { viewStandard } from '../standard.ts'
import type { SubnetRow, VisibleSubnet } from './store.ts'

const parsed = (json: string): unknown => JSON.parse(json)

/** A subnet as the API shows it. */
export const viewSubnet = (row: SubnetRow, external: boolean) => ({
  id: row.id,
  name: row.name,
  tenant_id: row.project_id,
  network_id: row.network_id,
  ip_version: row.ip_version,
  subnetpool_id: row.subnetpool_id,
  enable_dhcp: row.enable_dhcp === 1,
  ipv6_ra_mode: row.ipv6_ra_mode,
  ipv6_address_mode: row.ipv6_address_mode,
  gateway_ip: row.gateway_ip,
  cidr: row.cidr,
  allocation_pools: parsed(row.allocation_pools),
  host_routes: parsed(row.host_routes),
  dns_nameservers: parsed(row.dns_nameservers),
  description: row.description,
  'router:external': external,
  ...viewStandard(row),
  project_id: row.project_id,
})

/** A subnet that was read with its network. */
export const viewVisibleSubnet = (row: VisibleSubnet) => viewSubnet(row, row.external === 1)
