import { viewStandard } from '../standard.ts'
import { textList } from '../visibility.ts'
import type { SubnetPoolRow } from './store.ts'

/** A subnet pool as the API shows it; prefix lengths are texts there. */
export const viewSubnetPool = (row: SubnetPoolRow) => ({
  id: row.id,
  name: row.name,
  tenant_id: row.project_id,
  prefixes: textList(row.prefixes),
  min_prefixlen: String(row.min_prefixlen),
  max_prefixlen: String(row.max_prefixlen),
  default_prefixlen: String(row.default_prefixlen),
  default_quota: row.default_quota,
  shared: row.shared === 1,
  ip_version: row.ip_version,
  is_default: row.is_default === 1,
  address_scope_id: null,
  description: row.description,
  ...viewStandard(row),
  project_id: row.project_id,
})
