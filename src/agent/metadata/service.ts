// Keeps the metadata service of this host as the OVN Southbound database asks for it: a namespace and a proxy for each
// network with a guest here, and none for others. It converges after every change, and again later when something failed.
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { run } from '#lib/exec/run.ts'
import { OvsdbClient } from '#lib/ovsdb/client.ts'
import { mutateRow } from '#lib/ovsdb/operations.ts'
import { mapOf } from '#lib/ovsdb/values.ts'
import { messageOf } from '#platform/errors.ts'
import { isUuid } from '#platform/ids.ts'
import type { Log } from '#platform/log.ts'
import type { Proxies } from './haproxy.ts'
import { ensureNamespace, removeNamespace, type Vsctl } from './namespace.ts'
import { configurationOf, type MetadataNetwork, metadataNetworks, rowNamed, southboundTables } from './networks.ts'

export type MetadataOptions = {
  /** OVN Southbound database, `unix:PATH` or `tcp:HOST:PORT`. */
  readonly southbound: string
  /** OVSDB address of the switch; undefined for the machine's own. */
  readonly switchDatabase: string | undefined
  readonly proxies: Proxies
  readonly log: Log
}

const retryMs = 2000
const idKey = 'neutron:ovn-metadata-id'
const configurationKey = 'neutron:ovn-metadata-sb-cfg'

/** Starts the service; resolves with the way to end it, which takes every namespace away. */
export async function startMetadata({
  southbound,
  switchDatabase,
  proxies,
  log,
}: MetadataOptions): Promise<() => Promise<void>> {
  const vsctl: Vsctl = async (...args) => {
    const connection = switchDatabase === undefined ? [] : [`--db=${switchDatabase}`]
    return (await run(['ovs-vsctl', ...connection, '--timeout=30', ...args])).stdout.trim()
  }
  const own = async (key: string): Promise<string> =>
    (await vsctl('--if-exists', 'get', 'Open_vSwitch', '.', `external_ids:${key}`)).replaceAll('"', '')
  const chassis = await own('system-id')
  const bridge = (await own('ovn-bridge')) || 'br-int'
  for (const networkId of await proxies.stopLeftovers()) await removeNamespace(networkId, vsctl)

  const client = new OvsdbClient({ remote: southbound, database: 'OVN_Southbound', tables: southboundTables })
  const present = new Map<string, string>()
  let changed = true
  const ending = new AbortController()
  let wake = (): void => {}
  const look = (): void => {
    changed = true
    wake()
  }
  client.on('sync', look)
  client.on('change', look)
  client.open()

  const ensure = async (network: MetadataNetwork): Promise<void> => {
    const { networkId } = network
    const wanted = JSON.stringify(network)
    if (present.get(networkId) !== wanted) {
      await ensureNamespace(network, bridge, vsctl)
      present.set(networkId, wanted)
      log.info({ network: networkId }, 'metadata service provided')
    }
    proxies.ensure(networkId, () => {
      log.warn({ network: networkId }, 'a metadata proxy ended')
      setTimeout(look, retryMs).unref()
    })
  }
  const remove = async (networkId: string): Promise<void> => {
    await proxies.stop(networkId)
    await removeNamespace(networkId, vsctl)
    present.delete(networkId)
    log.info({ network: networkId }, 'metadata service withdrawn')
  }
  /** Shows in the database that this host has a metadata agent and how far it has come: its sign of life. */
  const register = async (): Promise<void> => {
    const found = rowNamed(client.replica, 'Chassis_Private', chassis)
    if (found === undefined) return
    const [uuid, row] = found
    const wanted = { [idKey]: agentId(chassis), [configurationKey]: String(configurationOf(row)) }
    const ids = mapOf(row, 'external_ids')
    if (Object.entries(wanted).every(([key, value]) => ids[key] === value)) return
    await client.transact([
      mutateRow('Chassis_Private', uuid, [
        ['external_ids', 'delete', { keys: Object.keys(wanted) }],
        ['external_ids', 'insert', wanted],
      ]),
    ])
  }
  const converge = async (): Promise<void> => {
    const wanted = metadataNetworks(client.replica, chassis)
    for (const networkId of present.keys()) if (!wanted.has(networkId)) await remove(networkId)
    for (const network of wanted.values()) await ensure(network)
    await register()
  }

  const loop = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      if (changed && client.ready) {
        changed = false
        try {
          await converge()
        } catch (error) {
          log.warn({ err: messageOf(error) }, 'the metadata service is not as it should be')
          changed = true
          await sleep(retryMs, undefined, { signal: ending.signal }).catch(() => undefined)
        }
      } else {
        await new Promise<void>((resolve) => (wake = resolve))
      }
    }
  }
  const running = loop()

  return async () => {
    ending.abort()
    wake()
    client.close()
    await running
    for (const networkId of present.keys()) await remove(networkId)
  }
}

/** Under this namespace Neutron makes UUIDs of chassis whose names are none. */
const chassisNamespace = 'd34bf9f6-da32-4871-9af8-15a4626b41ab'

/** The agent's id, derived from the name of the chassis as Neutron derives it. */
export function agentId(chassis: string): string {
  return uuid5(isUuid(chassis) ? chassis : uuid5(chassisNamespace, chassis), 'metadata_agent')
}

/** A UUID of version 5 (RFC 9562): the SHA-1 of a name within a namespace. */
function uuid5(namespace: string, name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest()
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6)
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8)
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
