// Which networks need the metadata service on this host, out of the OVN Southbound database: those with a guest's port here.
// Pure, and the same choice as Neutron's OVN metadata agent makes.
import type { Replica } from '#lib/ovsdb/replica.ts'
import { listOf, mapOf, numberOf, type Row, textOf } from '#lib/ovsdb/values.ts'

/** The service in one network: its end is the network's `localport`. */
export type MetadataNetwork = {
  readonly networkId: string
  /** The logical port to plug as. */
  readonly portId: string
  readonly mac: string
  /** Addresses with prefix length, without 169.254.169.254. */
  readonly cidrs: readonly string[]
  /** 0: unknown. */
  readonly mtu: number
}

/** What is mirrored of the Southbound database. */
export const southboundTables = {
  Port_Binding: ['logical_port', 'type', 'datapath', 'chassis', 'mac', 'external_ids'],
  Datapath_Binding: ['external_ids'],
  Chassis: ['name'],
  Chassis_Private: ['name', 'nb_cfg', 'external_ids'],
} as const

/** Networks by id. `chassis` is this host's name in OVN. */
export function metadataNetworks(replica: Replica, chassis: string): Map<string, MetadataNetwork> {
  const here = rowNamed(replica, 'Chassis', chassis)?.[0]
  const networks = new Map<string, MetadataNetwork>()
  if (here === undefined) return networks
  const datapaths = new Set<string>()
  const localports = new Map<string, Row>()
  for (const port of replica.rows('Port_Binding').values()) {
    if (textOf(port, 'type') === 'localport') localports.set(textOf(port, 'datapath'), port)
    else if (textOf(port, 'type') === '' && listOf(port, 'chassis').includes(here))
      datapaths.add(textOf(port, 'datapath'))
  }
  for (const datapath of datapaths) {
    const name = mapOf(replica.get('Datapath_Binding', datapath), 'external_ids')['name'] ?? ''
    const port = localports.get(datapath)
    const [mac] = (port === undefined ? '' : (listOf(port, 'mac')[0] ?? '')).split(' ')
    if (port === undefined || !/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac ?? '')) continue
    // The name of a logical switch is `neutron-` and the network's id; it becomes part of file names.
    const [, networkId] = /^neutron-([0-9a-f-]{36})$/.exec(name) ?? []
    if (networkId === undefined) continue
    const ids = mapOf(port, 'external_ids')
    const cidrs = (ids['neutron:cidrs'] ?? '').split(' ').filter((cidr) => /^[0-9.]+\/\d+$/.test(cidr))
    const mtu = Number(ids['neutron:mtu'] ?? 0)
    networks.set(networkId, {
      networkId,
      portId: textOf(port, 'logical_port'),
      mac: mac ?? '',
      cidrs: cidrs.sort(),
      mtu,
    })
  }
  return networks
}

/** A row by its `name`, with its UUID. */
export function rowNamed(replica: Replica, table: string, name: string): [uuid: string, row: Row] | undefined {
  for (const [uuid, row] of replica.rows(table)) if (textOf(row, 'name') === name) return [uuid, row]
  return undefined
}

/** The number of configurations this host's ovn-controller has come to. */
export function configurationOf(row: Row): number {
  return numberOf(row, 'nb_cfg') ?? 0
}
