// Hosts as the Southbound database knows them. That they live is seen from `nb_cfg`: the cloud counts it up now and then, and each
// ovn-controller writes the number it has come to, with the time, in its Chassis_Private row.
import { deleteRow, mutateRow } from '#lib/ovsdb/operations.ts'
import type { Replica } from '#lib/ovsdb/replica.ts'
import { listOf, mapOf, numberOf, type Row, textOf } from '#lib/ovsdb/values.ts'
import type { Chassis } from '../driver.ts'
import type { OvnContext } from './context.ts'
import { KEY } from './names.ts'

/** Silence after which a host counts as down (Neutron's agent_down_time). */
const DOWN_AFTER_MS = 75_000
const BUMP_KEY = 'neutron:nb_cfg_bump_at'

/** A setting of a chassis: newer OVN has it in other_config, older in external_ids. */
function setting(chassis: Row, key: string): string {
  return mapOf(chassis, 'other_config')[key] ?? mapOf(chassis, 'external_ids')[key] ?? ''
}

function bridgeMappings(text: string): { [physicalNetwork: string]: string } {
  const pairs = text.split(',').map((pair) => pair.trim().split(':'))
  return Object.fromEntries(pairs.flatMap(([network, bridge]) => (network && bridge ? [[network, bridge]] : [])))
}

function availabilityZones(options: readonly string[]): string[] {
  const zones = options.find((option) => option.startsWith('availability-zones='))
  return zones === undefined
    ? []
    : zones
        .slice('availability-zones='.length)
        .split(':')
        .filter((zone) => zone !== '')
}

type Clock = { currentCfg: number; now: number }

function isAlive(cfg: number, heartbeat: number, clock: Clock): boolean {
  return clock.currentCfg - cfg <= 1 || clock.now - heartbeat < DOWN_AFTER_MS
}

function toChassis(southbound: Replica, row: Row, privateRow: Row | undefined, clock: Clock): Chassis {
  const options = setting(row, 'ovn-cms-options').split(',')
  const heartbeat = numberOf(privateRow, 'nb_cfg_timestamp') ?? 0
  const alive = privateRow !== undefined && isAlive(numberOf(privateRow, 'nb_cfg') ?? 0, heartbeat, clock)
  const privateIds = mapOf(privateRow, 'external_ids')
  const metadataId = privateIds[KEY.metadataId]
  const metadataAlive = alive && isAlive(Number(privateIds[KEY.metadataSbCfg] ?? 0), 0, clock)
  return {
    id: textOf(row, 'name'),
    host: textOf(row, 'hostname'),
    availabilityZones: availabilityZones(options),
    bridgeMappings: bridgeMappings(setting(row, 'ovn-bridge-mappings')),
    gateway: options.includes('enable-chassis-as-gw'),
    alive,
    heartbeatAt: new Date(heartbeat),
    description: privateIds[KEY.description] ?? '',
    metadata:
      metadataId === undefined
        ? null
        : {
            id: metadataId,
            alive: metadataAlive,
            heartbeatAt: new Date(heartbeat),
            description: privateIds[KEY.metadataDescription] ?? '',
          },
  }
}

function onlyRow(replica: Replica, table: string): [uuid: string, row: Row] | undefined {
  return replica.rows(table).entries().next().value
}

/** All chassis, in the order of their host names. */
export function readChassis({ northbound, southbound }: OvnContext, now: number): Chassis[] {
  const { replica } = southbound
  const privates = new Map<string, Row>()
  for (const row of replica.rows('Chassis_Private').values()) privates.set(textOf(row, 'name'), row)
  const clock = { currentCfg: numberOf(onlyRow(northbound.replica, 'NB_Global')?.[1], 'nb_cfg') ?? 0, now }
  return [...replica.rows('Chassis').values()]
    .map((row) => toChassis(replica, row, privates.get(textOf(row, 'name')), clock))
    .sort((a, b) => (a.host < b.host ? -1 : 1))
}

/** Keeps words about an agent in the row that its host writes its heartbeats to. */
export async function describeAgent({ southbound }: OvnContext, id: string, description: string): Promise<void> {
  for (const [uuid, row] of southbound.replica.rows('Chassis_Private')) {
    const isMetadata = mapOf(row, 'external_ids')[KEY.metadataId] === id
    if (!isMetadata && textOf(row, 'name') !== id) continue
    const key = isMetadata ? KEY.metadataDescription : KEY.description
    await southbound.transact([
      mutateRow('Chassis_Private', uuid, [
        ['external_ids', 'delete', { keys: [key] }],
        ['external_ids', 'insert', { [key]: description }],
      ]),
    ])
  }
}

/** Deletes what a host has written of itself. */
export async function forgetChassis({ southbound }: OvnContext, id: string): Promise<void> {
  const deletions = (['Chassis', 'Chassis_Private'] as const).flatMap((table) =>
    [...southbound.replica.rows(table)]
      .filter(([, row]) => textOf(row, 'name') === id)
      .map(([uuid]) => deleteRow(table, uuid)),
  )
  if (deletions.length > 0) await southbound.transact(deletions)
}

/** Counts nb_cfg up, unless another controller has done so lately: the hosts' answers are their heartbeats. */
export async function askForHeartbeats({ northbound }: OvnContext, now: number, intervalMs: number): Promise<void> {
  const global = onlyRow(northbound.replica, 'NB_Global')
  if (global === undefined || !northbound.ready) return
  const [uuid, row] = global
  if (now - Number(mapOf(row, 'external_ids')[BUMP_KEY] ?? 0) < intervalMs / 2) return
  await northbound.transact([
    mutateRow('NB_Global', uuid, [
      ['nb_cfg', '+=', 1],
      ['external_ids', 'delete', { keys: [BUMP_KEY] }],
      ['external_ids', 'insert', { [BUMP_KEY]: String(now) }],
    ]),
  ])
}

/** Whether a change of a chassis says more than that it lives. */
export function isNewsOfChassis(old: Row | undefined, row: Row | undefined): boolean {
  if (old === undefined || row === undefined) return true
  return (
    textOf(old, 'hostname') !== textOf(row, 'hostname') ||
    ['ovn-bridge-mappings', 'ovn-cms-options'].some((key) => setting(old, key) !== setting(row, key)) ||
    listOf(old, 'encaps').length !== listOf(row, 'encaps').length
  )
}
