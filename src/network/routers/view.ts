import { viewStandard } from '../standard.ts'
import { textList } from '../visibility.ts'
import type { RouterRow } from './store.ts'

const parsed = (json: string): unknown => JSON.parse(json)

const viewGateway = (row: RouterRow) =>
  row.gateway_network_id === null
    ? null
    : {
        network_id: row.gateway_network_id,
        external_fixed_ips: parsed(row.gateway_fixed_ips),
        enable_snat: row.enable_snat === 1,
      }

/** A router as the API shows it. */
export const viewRouter = (row: RouterRow) => ({
  id: row.id,
  name: row.name,
  tenant_id: row.project_id,
  admin_state_up: row.admin_state_up === 1,
  status: row.status,
  external_gateway_info: viewGateway(row),
  description: row.description,
  availability_zones: [],
  availability_zone_hints: textList(row.availability_zone_hints),
  routes: parsed(row.routes),
  ...viewStandard(row),
  project_id: row.project_id,
})
