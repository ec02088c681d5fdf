// What virsh answers, as values.
import { XMLParser } from 'fast-xml-parser'

/** A card of a domain, as its XML has it now. */
export interface FoundInterface {
  readonly mac: string
  readonly tap: string
}

export interface HostCapabilities {
  readonly cpuModel: string
  readonly cpuFeatures: readonly string[]
  /** Whether libvirt offers KVM for 64-bit guests; that it works is another question. */
  readonly kvm: boolean
}

const lists = new Set(['interface', 'guest', 'domain', 'feature', 'arch'])
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  parseTagValue: false,
  isArray: (name) => lists.has(name),
})

/** The network cards in a domain's XML. */
export function interfacesOf(domainXml: string): FoundInterface[] {
  const [domain] = array(record(parse(domainXml))['domain'])
  const devices = record(record(domain)['devices'])
  return array(devices['interface']).flatMap((card) => {
    const mac = record(record(card)['mac'])['address']
    const tap = record(record(card)['target'])['dev']
    return typeof mac === 'string' && typeof tap === 'string' ? [{ mac: mac.toLowerCase(), tap }] : []
  })
}

/** What `virsh capabilities` says of the host. */
export function hostCapabilities(xml: string): HostCapabilities {
  const capabilities = record(record(parse(xml))['capabilities'])
  const cpu = record(record(capabilities['host'])['cpu'])
  const kvm = array(capabilities['guest']).some((guest) =>
    array(record(guest)['arch']).some(
      (arch) =>
        record(arch)['name'] === 'x86_64' &&
        array(record(arch)['domain']).some((domain) => record(domain)['type'] === 'kvm'),
    ),
  )
  const features = array(cpu['feature']).flatMap((feature) => {
    const name = record(feature)['name']
    return typeof name === 'string' ? [name] : []
  })
  return { cpuModel: typeof cpu['model'] === 'string' ? cpu['model'] : '', cpuFeatures: features, kvm }
}

/** Names and UUIDs of `virsh list --all --uuid --name`. */
export function domainList(output: string): { uuid: string; name: string }[] {
  return output.split('\n').flatMap((line) => {
    const [, uuid, name] = /^\s*([0-9a-f-]{36})\s+(\S+)\s*$/.exec(line) ?? []
    return uuid === undefined || name === undefined ? [] : [{ uuid, name }]
  })
}

/** States of `virsh domstats --state` by domain name: numbers of virDomainState. */
export function domainStates(output: string): Map<string, number> {
  const states = new Map<string, number>()
  let name = ''
  for (const line of output.split('\n')) {
    name = /^Domain: '(.*)'$/.exec(line)?.[1] ?? name
    const state = /^\s+state\.state=(\d+)$/.exec(line)?.[1]
    if (state !== undefined) states.set(name, Number(state))
  }
  return states
}

/** QEMU's version in `virsh version` as libvirt counts: 7.2.22 is 7002022. */
export function hypervisorVersion(output: string): number {
  const [, major, minor, patch] = /Running hypervisor: \S+ (\d+)\.(\d+)\.(\d+)/.exec(output) ?? []
  return Number(major ?? 0) * 1_000_000 + Number(minor ?? 0) * 1000 + Number(patch ?? 0)
}

function parse(xml: string): unknown {
  return parser.parse(xml)
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function array(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
