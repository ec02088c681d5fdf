import type { WritableRow } from '#lib/ovsdb/operations.ts'
import { mapOf } from '#lib/ovsdb/values.ts'
import { type FabricFloatingIp, type FabricTable, FabricUnavailable } from '../driver.ts'
import type { Changes } from './changes.ts'
import type { OvnContext } from './context.ts'
import { KEY, ovnName } from './names.ts'

function natRow(floatingIp: FabricFloatingIp): WritableRow {
  return {
    type: 'dnat_and_snat',
    logical_ip: floatingIp.fixedIpAddress,
    external_ip: floatingIp.floatingIpAddress,
    logical_port: [floatingIp.portId],
    options: { stateless: 'false' },
    external_ids: {
      [KEY.floatingIpId]: floatingIp.id,
      [KEY.revision]: String(floatingIp.revision),
      [KEY.floatingIpPortId]: floatingIp.portId,
      [KEY.routerName]: ovnName(floatingIp.routerId),
      [KEY.floatingIpMac]: floatingIp.macAddress,
      [KEY.floatingIpNetworkId]: floatingIp.networkId,
    },
  }
}

function findNat(changes: Changes, id: string): string | undefined {
  return changes.find('NAT', 'external_ids', id, KEY.floatingIpId)
}

function detach(changes: Changes, nat: string): void {
  const router = mapOf(changes.row('NAT', nat), 'external_ids')[KEY.routerName] ?? ''
  const uuid = changes.find('Logical_Router', 'name', router)
  if (uuid !== undefined) changes.members('Logical_Router', uuid, 'nat', [], [nat])
}

function ensureFloatingIp(changes: Changes, floatingIp: FabricFloatingIp): void {
  const name = ovnName(floatingIp.routerId)
  const router = changes.find('Logical_Router', 'name', name)
  if (router === undefined) throw new FabricUnavailable(`router ${floatingIp.routerId} is not in the fabric yet`)
  const nat = findNat(changes, floatingIp.id)
  if (nat !== undefined && mapOf(changes.row('NAT', nat), 'external_ids')[KEY.routerName] === name) {
    changes.update('NAT', nat, natRow(floatingIp))
    return
  }
  if (nat !== undefined) detach(changes, nat)
  changes.members('Logical_Router', router, 'nat', [changes.insert('NAT', natRow(floatingIp))], [])
}

/** Floating IPs are dnat_and_snat rules of the router that their port is behind. */
export function createFloatingIps({ northbound, apply }: OvnContext): FabricTable<FabricFloatingIp> {
  return {
    ensure: (floatingIps) =>
      apply((changes) => floatingIps.forEach((floatingIp) => ensureFloatingIp(changes, floatingIp))),
    remove: (ids) =>
      apply((changes) => {
        for (const id of ids) {
          const nat = findNat(changes, id)
          if (nat !== undefined) detach(changes, nat)
        }
      }),
    revisions() {
      const revisions = new Map<string, number>()
      for (const row of northbound.replica.rows('NAT').values()) {
        const { [KEY.floatingIpId]: id, [KEY.revision]: revision } = mapOf(row, 'external_ids')
        if (id !== undefined) revisions.set(id, Number(revision ?? -1))
      }
      return revisions
    },
  }
}
