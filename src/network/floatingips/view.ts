import type { PortRow } from '../ports/store.ts'
import { viewStandard } from '../standard.ts'
import type { FloatingIpRow } from './store.ts'

const viewPortDetails = (port: PortRow | undefined) =>
  port === undefined
    ? null
    : {
        name: port.name,
        network_id: port.network_id,
        mac_address: port.mac_address,
        admin_state_up: port.admin_state_up === 1,
        status: port.status,
        device_id: port.device_id,
        device_owner: port.device_owner,
      }

/** A floating IP as the API shows it, with the port that it leads to. */
export const viewFloatingIp = (row: FloatingIpRow, port: PortRow | undefined) => ({
  id: row.id,
  tenant_id: row.project_id,
  floating_ip_address: row.floating_ip_address,
  floating_network_id: row.floating_network_id,
  router_id: row.router_id,
  port_id: row.port_id,
  fixed_ip_address: row.fixed_ip_address,
  status: row.status,
  description: row.description,
  port_details: viewPortDetails(port),
  ...viewStandard(row),
  project_id: row.project_id,
})
