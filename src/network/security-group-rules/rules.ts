// What a security group rule may say. Source: neutron/db/securitygroups_db.py.
import { parseCidr } from '#lib/cidr/cidr.ts'
import { CloudError } from '#platform/errors.ts'
import { shown } from '../attributes/readers.ts'
import type { CreateSecurityGroupRule } from './schemas.ts'

const PROTOCOL_NUMBERS: { readonly [name: string]: number } = {
  ah: 51,
  dccp: 33,
  egp: 8,
  esp: 50,
  gre: 47,
  hopopt: 0,
  icmp: 1,
  igmp: 2,
  ip: 0,
  ipip: 4,
  'ipv6-encap': 41,
  'ipv6-frag': 44,
  'ipv6-icmp': 58,
  icmpv6: 58,
  'ipv6-nonxt': 59,
  'ipv6-opts': 60,
  'ipv6-route': 43,
  ospf: 89,
  pgm: 113,
  rsvp: 46,
  sctp: 132,
  tcp: 6,
  udp: 17,
  udplite: 136,
  vrrp: 112,
}

/** Names that a rule may give for its protocol. */
export const PROTOCOL_NAMES: readonly string[] = Object.keys(PROTOCOL_NUMBERS)

const WITH_PORTS = new Set([33, 132, 6, 17, 136])
const ICMP = new Set([1, 58])
const IPV6_ONLY = new Set([41, 44, 58, 59, 60, 43])

const refusal = (type: string, message: string): CloudError => new CloudError('badRequest', message, { code: type })

const numberOf = (protocol: string): number => PROTOCOL_NUMBERS[protocol] ?? Number(protocol)

type Rule = Pick<
  CreateSecurityGroupRule,
  'ethertype' | 'protocol' | 'port_range_min' | 'port_range_max' | 'remote_ip_prefix' | 'remote_group_id'
>

function checkPorts(protocol: number, min: number | null, max: number | null): void {
  if (WITH_PORTS.has(protocol)) {
    if (min === 0 || max === 0) throw refusal('SecurityGroupInvalidPortValue', 'Invalid value for port 0')
    if (min === null || max === null || min > max) {
      throw refusal('SecurityGroupInvalidPortRange', 'For TCP/UDP protocols, port_range_min must be <= port_range_max')
    }
  } else if (ICMP.has(protocol)) {
    for (const [value, attribute, field] of [
      [min, 'port_range_min', 'type'],
      [max, 'port_range_max', 'code'],
    ] as const) {
      if (value !== null && (value < 0 || value > 255)) {
        throw refusal(
          'SecurityGroupInvalidIcmpValue',
          `Invalid value for ICMP ${field} (${attribute}) ${value}. It must be 0 to 255.`,
        )
      }
    }
    if (min === null && max !== null) {
      throw refusal(
        'SecurityGroupMissingIcmpType',
        `ICMP code (port-range-max) ${max} is provided but ICMP type (port-range-min) is missing.`,
      )
    }
  } else {
    throw refusal(
      'SecurityGroupInvalidProtocolForPort',
      `Ports cannot be specified for protocol ${protocol}. Ports are only supported for DCCP, SCTP, TCP, UDP, UDPLITE.`,
    )
  }
}

/** Checks a rule and gives it in its canonical form. */
export function canonicalRule<R extends Rule>(rule: R): R {
  const { ethertype, protocol, port_range_min: min, port_range_max: max, remote_ip_prefix: prefix } = rule
  if (min !== null || max !== null) {
    if (protocol === null) {
      throw refusal('SecurityGroupProtocolRequiredWithPorts', 'Must also specify protocol if port range is given.')
    }
    checkPorts(numberOf(protocol), min, max)
  }
  if (prefix !== null && rule.remote_group_id !== null) {
    throw refusal(
      'SecurityGroupMultipleRemoteEntites',
      'Only one of remote_ip_prefix or remote_group_id or remote_address_group_id may be provided.',
    )
  }
  if (prefix !== null && parseCidr(prefix)?.version !== (ethertype === 'IPv4' ? 4 : 6)) {
    throw refusal('SecurityGroupRuleParameterConflict', `Conflicting value ethertype ${ethertype} for CIDR ${prefix}`)
  }
  if (protocol !== null && ethertype === 'IPv4' && IPV6_ONLY.has(numberOf(protocol))) {
    throw refusal(
      'SecurityGroupEthertypeConflictWithProtocol',
      `Invalid ethertype ${ethertype} for protocol ${protocol}.`,
    )
  }
  const everyPort = min === 1 && max === 65_535
  const legacy = ethertype === 'IPv6' && (protocol === 'icmp' || protocol === 'icmpv6')
  return {
    ...rule,
    port_range_min: everyPort ? null : min,
    port_range_max: everyPort ? null : max,
    protocol: legacy ? 'ipv6-icmp' : protocol,
  }
}

/** What makes two rules the same. */
export function ruleKey(rule: Rule & { readonly direction: string; readonly security_group_id: string }): string {
  const anywhere = rule.remote_ip_prefix === '0.0.0.0/0' || rule.remote_ip_prefix === '::/0'
  const number = rule.protocol === null ? null : numberOf(rule.protocol)
  return JSON.stringify([
    rule.direction,
    rule.ethertype,
    rule.port_range_min,
    rule.port_range_max,
    rule.ethertype === 'IPv6' && number === 1 ? 58 : number,
    rule.remote_group_id,
    anywhere ? null : rule.remote_ip_prefix,
    rule.security_group_id,
  ])
}

/** A protocol as a rule may name it: a name, a number in text, or nothing. */
export function readProtocol(value: unknown): string | null {
  if (value === null || value === 'any') return null
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : ''
  if (/^\d+$/.test(text) && Number(text) <= 255) return text
  if (text.toLowerCase() in PROTOCOL_NUMBERS) return text.toLowerCase()
  const values = ['None', "'any'", ...PROTOCOL_NAMES.map((name) => `'${name}'`)].join(', ')
  throw refusal(
    'SecurityGroupRuleInvalidProtocol',
    `Security group rule protocol ${text} not supported. Only protocol values (${values}) and integer representations [0 to 255] are supported.`,
  )
}

/** A port, or an ICMP type or code. */
export function readPort(value: unknown): number | null {
  if (value === null) return null
  const port = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  if (typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw refusal('SecurityGroupInvalidPortValue', `Invalid value for port ${shown(value)}`)
}

export function readEthertype(value: unknown): 'IPv4' | 'IPv6' {
  const word = typeof value === 'string' ? value.toLowerCase() : ''
  if (word === 'ipv4') return 'IPv4'
  if (word === 'ipv6') return 'IPv6'
  throw refusal(
    'SecurityGroupRuleInvalidEtherType',
    `Security group rule for ethertype '${shown(value)}' not supported. Allowed values are ['IPv4', 'IPv6'].`,
  )
}

export function readPrefix(value: unknown): string | null {
  if (value === null || value === '') return null
  const cidr = typeof value === 'string' ? parseCidr(value) : undefined
  if (typeof value !== 'string' || cidr === undefined) {
    throw refusal('InvalidCIDR', `Invalid CIDR ${shown(value)} given as IP prefix.`)
  }
  return value.includes('/') ? value : `${value}/${cidr.prefix}`
}
