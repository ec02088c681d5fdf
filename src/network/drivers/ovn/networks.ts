import type { WritableRow } from '#lib/ovsdb/operations.ts'
import { listOf, mapOf } from '#lib/ovsdb/values.ts'
import type { FabricNetwork, FabricTable } from '../driver.ts'
import type { Changes } from './changes.ts'
import type { OvnContext } from './context.ts'
import { idOfName, KEY, localnetPortName, ovnName } from './names.ts'

function switchRow(network: FabricNetwork): WritableRow & { name: string } {
  const externalIds: { [key: string]: string } = {
    [KEY.networkName]: network.name,
    [KEY.mtu]: String(network.mtu),
    [KEY.revision]: String(network.revision),
    [KEY.availabilityZoneHints]: network.availabilityZoneHints.join(','),
    [KEY.networkType]: network.type,
  }
  const otherConfig: { [key: string]: string } = {
    mcast_snoop: 'false',
    mcast_flood_unregistered: 'false',
    'vlan-passthru': 'false',
  }
  if (network.physicalNetwork !== null) {
    externalIds[KEY.physicalNetwork] = network.physicalNetwork
    otherConfig.fdb_age_threshold = '0'
  }
  if (network.external) otherConfig['broadcast-arps-to-all-routers'] = 'true'
  return { name: ovnName(network.id), external_ids: externalIds, other_config: otherConfig }
}

function localnetRow(network: FabricNetwork, physicalNetwork: string): WritableRow {
  return {
    name: localnetPortName(network.segmentId),
    type: 'localnet',
    addresses: ['unknown'],
    external_ids: { [KEY.physicalNetwork]: physicalNetwork },
    tag_request: network.segmentationId === null ? [] : [network.segmentationId],
    options: {
      network_name: physicalNetwork,
      mcast_flood_reports: 'true',
      mcast_flood: 'false',
      localnet_learn_fdb: 'false',
    },
  }
}

function ensureNetwork(changes: Changes, network: FabricNetwork): void {
  const uuid = changes.find('Logical_Switch', 'name', ovnName(network.id))
  const localnet = network.physicalNetwork === null ? undefined : localnetRow(network, network.physicalNetwork)
  if (uuid === undefined) {
    const ports = localnet === undefined ? [] : [changes.insert('Logical_Switch_Port', localnet)]
    changes.insertNamed('Logical_Switch', { ...switchRow(network), ports })
    return
  }
  changes.update('Logical_Switch', uuid, switchRow(network))
  if (localnet === undefined) return
  const existing = changes.find('Logical_Switch_Port', 'name', localnetPortName(network.segmentId))
  if (existing === undefined)
    changes.members('Logical_Switch', uuid, 'ports', [changes.insert('Logical_Switch_Port', localnet)], [])
  else changes.update('Logical_Switch_Port', existing, localnet)
}

/** Networks are logical switches; one with a physical network has a localnet port beside its hosts' ports. */
export function createNetworks({ northbound, apply }: OvnContext): FabricTable<FabricNetwork> {
  return {
    ensure: (networks) => apply((changes) => networks.forEach((network) => ensureNetwork(changes, network))),
    remove: (ids) =>
      apply((changes) => {
        for (const id of ids) {
          const uuid = changes.find('Logical_Switch', 'name', ovnName(id))
          if (uuid === undefined) continue
          changes.delete('Logical_Switch', uuid)
          // The ports go with their switch, but DHCP options stand alone.
          for (const port of listOf(changes.row('Logical_Switch', uuid), 'ports')) {
            const name = changes.row('Logical_Switch_Port', port)?.name
            if (typeof name === 'string') changes.deletePortDhcp(name)
          }
        }
      }),
    revisions() {
      const revisions = new Map<string, number>()
      for (const row of northbound.replica.rows('Logical_Switch').values()) {
        const id = typeof row.name === 'string' ? idOfName(row.name) : ''
        if (id !== '') revisions.set(id, Number(mapOf(row, 'external_ids')[KEY.revision] ?? -1))
      }
      return revisions
    },
  }
}
