// Security group rules as ACLs of a port group. What no rule allows falls to the drop group's ACLs, of lower priority.
import type { WritableRow } from '#lib/ovsdb/operations.ts'
import type { FabricSecurityGroup, FabricSecurityGroupRule } from '../driver.ts'
import { DROP_PORT_GROUP, KEY, portGroupName } from './names.ts'

const ALLOW_PRIORITY = 1002
const DROP_PRIORITY = 1000

// Names that rules may use (neutron-lib's IP_PROTOCOL_MAP), by number.
const PROTOCOL_NUMBERS: { readonly [name: string]: number } = {
  ah: 51,
  dccp: 33,
  egp: 8,
  esp: 50,
  gre: 47,
  hopopt: 0,
  icmp: 1,
  ip: 0,
  icmpv6: 58,
  igmp: 2,
  ipip: 4,
  'ipv6-encap': 41,
  'ipv6-frag': 44,
  'ipv6-icmp': 58,
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

const TRANSPORTS: { readonly [number: number]: string } = { 6: 'tcp', 17: 'udp', 132: 'sctp' }

function transportMatch(name: string, min: number | null, max: number | null): string {
  if (min !== null && min === max) return ` && ${name} && ${name}.dst == ${min}`
  const from = min === null ? '' : ` && ${name}.dst >= ${min}`
  const to = max === null ? '' : ` && ${name}.dst <= ${max}`
  return ` && ${name}${from}${to}`
}

function protocolMatch(rule: FabricSecurityGroupRule, icmp: string): string {
  if (rule.protocol === null) return ''
  const number = PROTOCOL_NUMBERS[rule.protocol] ?? Number(rule.protocol)
  const transport = TRANSPORTS[number]
  if (transport !== undefined) return transportMatch(transport, rule.portRangeMin, rule.portRangeMax)
  if (number === 1 || number === 58) {
    const type = rule.portRangeMin === null ? '' : ` && ${icmp}.type == ${rule.portRangeMin}`
    const code = rule.portRangeMax === null ? '' : ` && ${icmp}.code == ${rule.portRangeMax}`
    return ` && ${icmp}${type}${code}`
  }
  return ` && ip.proto == ${number}`
}

/** The match of one rule, for the port group of its security group. */
export function ruleMatch(portGroup: string, rule: FabricSecurityGroupRule): string {
  const ingress = rule.direction === 'ingress'
  const [ip, icmp] = rule.ethertype === 'IPv6' ? ['ip6', 'icmp6'] : ['ip4', 'icmp4']
  const side = `${ip}.${ingress ? 'src' : 'dst'}`
  const prefix = rule.remoteIpPrefix === null ? '' : ` && ${side} == ${rule.remoteIpPrefix}`
  const group = rule.remoteGroupId === null ? '' : ` && ${side} == $${portGroupName(rule.remoteGroupId)}_${ip}`
  return `${ingress ? 'outport' : 'inport'} == @${portGroup} && ${ip}${prefix}${group}${protocolMatch(rule, icmp)}`
}

/** The ACL row of a rule. */
export function ruleAcl(group: FabricSecurityGroup, rule: FabricSecurityGroupRule): WritableRow {
  return {
    priority: ALLOW_PRIORITY,
    direction: rule.direction === 'ingress' ? 'to-lport' : 'from-lport',
    action: group.stateful ? 'allow-related' : 'allow-stateless',
    match: ruleMatch(portGroupName(group.id), rule),
    external_ids: { [KEY.securityGroupRuleId]: rule.id },
  }
}

/** The two ACLs of the group that drops what nothing allowed. */
export function dropAcls(): WritableRow[] {
  return [
    { priority: DROP_PRIORITY, direction: 'to-lport', action: 'drop', match: `outport == @${DROP_PORT_GROUP} && ip` },
    { priority: DROP_PRIORITY, direction: 'from-lport', action: 'drop', match: `inport == @${DROP_PORT_GROUP} && ip` },
  ]
}
