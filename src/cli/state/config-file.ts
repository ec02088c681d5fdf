import { readFile, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { parse, stringify } from 'yaml'
import { CommandError, type Terminal } from '../terminal.ts'
import type { StatePaths } from './paths.ts'

/** What the launcher itself needs of config.yaml; the controller validates all of it. */
export interface HostConfig {
  readonly address: string
  readonly region: string
  /** Address the API ports are opened on. */
  readonly listen: string
  /** Service type → port, where the operator chose another than the usual one. */
  readonly ports: Readonly<Record<string, number>>
  readonly simulated: boolean
  /** Bridges that carry external networks, by physical network. */
  readonly bridgeMappings: Readonly<Record<string, string>>
}

const heading = `# Haneul's settings. Written on the first start; yours from then on. Restart to apply: haneul down; haneul up
`

/** Writes the first config.yaml of a state directory. */
export async function writeFirstConfig(paths: StatePaths, address: string, simulated: boolean): Promise<void> {
  const real = {
    ovn: { northbound: `unix:${paths.ovn}/ovnnb_db.sock`, southbound: `unix:${paths.ovn}/ovnsb_db.sock` },
    bridge_mappings: { extnet: 'br-ex' },
  }
  const config = {
    address,
    region: 'RegionOne',
    hypervisor: simulated ? 'simulated' : 'libvirt',
    network: simulated ? 'simulated' : 'ovn',
    ...(simulated ? {} : real),
  }
  await writeFile(paths.config, heading + stringify(config), { mode: 0o600, flag: 'wx' })
}

/** Reads config.yaml; undefined where there is none yet. */
export async function readHostConfig(paths: StatePaths, terminal: Terminal): Promise<HostConfig | undefined> {
  const source = await readFile(paths.config, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
  if (source === undefined) return undefined
  try {
    return parseHostConfig(source)
  } catch (error) {
    throw new CommandError(
      terminal.text.badConfig(paths.config, error instanceof Error ? error.message : String(error)),
    )
  }
}

/** Parses the text of a config.yaml; throws an Error that names what is wrong. */
export function parseHostConfig(source: string): HostConfig {
  const config: unknown = parse(source)
  if (!isRecord(config)) throw new Error('must be a map of settings')
  const {
    address = '127.0.0.1',
    region = 'RegionOne',
    hypervisor = 'libvirt',
    listen = '0.0.0.0',
    ports = {},
    bridge_mappings: mappings = {},
  } = config
  if (typeof address !== 'string' || isIP(address) === 0) throw new Error('address: must be an IP address')
  if (typeof region !== 'string' || region === '') throw new Error('region: must be a name')
  if (hypervisor !== 'libvirt' && hypervisor !== 'simulated')
    throw new Error('hypervisor: must be libvirt or simulated')
  if (typeof listen !== 'string' || isIP(listen) === 0) throw new Error('listen: must be an IP address')
  if (!isRecord(ports)) throw new Error('ports: must be a map')
  if (!isRecord(mappings)) throw new Error('bridge_mappings: must be a map')
  const bridgeMappings: Record<string, string> = {}
  for (const [network, bridge] of Object.entries(mappings)) {
    // The kernel's limit for interface names is 15 letters; a comma or colon would change OVN's own list.
    if (!/^[\w.-]+$/.test(network) || typeof bridge !== 'string' || !/^[A-Za-z][\w.-]{0,14}$/.test(bridge)) {
      throw new Error(`bridge_mappings: ${network}: must name a bridge`)
    }
    bridgeMappings[network] = bridge
  }
  const chosenPorts: Record<string, number> = {}
  for (const [type, port] of Object.entries(ports)) if (typeof port === 'number') chosenPorts[type] = port
  return { address, region, listen, ports: chosenPorts, simulated: hypervisor === 'simulated', bridgeMappings }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
