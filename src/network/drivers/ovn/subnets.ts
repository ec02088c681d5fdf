import type { WritableRow } from '#lib/ovsdb/operations.ts'
import { mapOf } from '#lib/ovsdb/values.ts'
import type { FabricSubnet, FabricTable } from '../driver.ts'
import type { Changes } from './changes.ts'
import type { OvnContext } from './context.ts'
import { dhcpOptions, hasDhcpOptions } from './dhcp.ts'
import { KEY } from './names.ts'

function dhcpRow(subnet: FabricSubnet): WritableRow {
  return {
    cidr: subnet.cidr,
    options: dhcpOptions(subnet),
    external_ids: {
      subnet_id: subnet.id,
      [KEY.networkId]: subnet.networkId,
      [KEY.revision]: String(subnet.revision),
    },
  }
}

/** UUID of the subnet's own DHCP options: those of its ports carry a port_id. */
export function findSubnetDhcp(changes: Changes, subnetId: string): string | undefined {
  return changes.replica
    .find('DHCP_Options', 'external_ids', subnetId, 'subnet_id')
    .find((uuid) => mapOf(changes.row('DHCP_Options', uuid), 'external_ids').port_id === undefined)
}

function removeSubnet(changes: Changes, id: string): void {
  for (const uuid of changes.replica.find('DHCP_Options', 'external_ids', id, 'subnet_id'))
    changes.delete('DHCP_Options', uuid)
}

/** Subnets with DHCP are DHCP_Options rows. */
export function createSubnets({ northbound, apply }: OvnContext): FabricTable<FabricSubnet> {
  return {
    ensure: (subnets) =>
      apply((changes) => {
        for (const subnet of subnets) {
          const uuid = findSubnetDhcp(changes, subnet.id)
          if (!hasDhcpOptions(subnet)) removeSubnet(changes, subnet.id)
          else if (uuid === undefined) changes.insert('DHCP_Options', dhcpRow(subnet))
          else changes.update('DHCP_Options', uuid, dhcpRow(subnet))
        }
      }),
    remove: (ids) => apply((changes) => ids.forEach((id) => removeSubnet(changes, id))),
    revisions() {
      const revisions = new Map<string, number>()
      for (const row of northbound.replica.rows('DHCP_Options').values()) {
        const { subnet_id: id, port_id: port, [KEY.revision]: revision } = mapOf(row, 'external_ids')
        if (id !== undefined && port === undefined) revisions.set(id, Number(revision ?? -1))
      }
      return revisions
    },
  }
}
