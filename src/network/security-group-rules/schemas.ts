import { type Created, defaulted, required, type Resource } from '../attributes/attribute.ts'
import { oneOf, orNull, text } from '../attributes/readers.ts'
import { byInteger, byText, byTextOrNull, type ListSpec, standardFilters, standardSorts } from '../listing/listing.ts'
import { descriptionAttribute, standardReadOnly } from '../standard.ts'
import { readEthertype, readPort, readPrefix, readProtocol } from './rules.ts'

const fixed = { put: false } as const

export const ruleAttributes = {
  security_group_id: required(text(36), fixed),
  remote_group_id: defaulted<string | null>(orNull(text(255)), null, fixed),
  direction: required(oneOf('ingress', 'egress'), fixed),
  protocol: defaulted<string | null>(readProtocol, null, fixed),
  port_range_min: defaulted<number | null>(readPort, null, fixed),
  port_range_max: defaulted<number | null>(readPort, null, fixed),
  ethertype: defaulted<'IPv4' | 'IPv6'>(readEthertype, 'IPv4', fixed),
  remote_ip_prefix: defaulted<string | null>(readPrefix, null, fixed),
  ...descriptionAttribute,
}

export type CreateSecurityGroupRule = Created<typeof ruleAttributes>

export const ruleResource = {
  name: 'security_group_rule',
  collection: 'security_group_rules',
  attributes: ruleAttributes,
  readOnly: [...standardReadOnly, 'normalized_cidr'],
} satisfies Resource<typeof ruleAttributes>

const { name: _name, tags: _tags, ...filters } = standardFilters

export const ruleList: ListSpec = {
  collection: 'security_group_rules',
  table: 'network_security_group_rules',
  filters: {
    ...filters,
    security_group_id: byText('security_group_id'),
    remote_group_id: byTextOrNull('remote_group_id'),
    direction: byText('direction'),
    protocol: byTextOrNull('protocol'),
    port_range_min: byInteger('port_range_min'),
    port_range_max: byInteger('port_range_max'),
    ethertype: byText('ethertype'),
    remote_ip_prefix: byTextOrNull('remote_ip_prefix'),
  },
  sorts: {
    ...standardSorts,
    name: 'id',
    security_group_id: 'security_group_id',
    remote_group_id: 'remote_group_id',
    direction: 'direction',
    protocol: 'protocol',
    port_range_min: 'port_range_min',
    port_range_max: 'port_range_max',
    ethertype: 'ethertype',
    remote_ip_prefix: 'remote_ip_prefix',
  },
}
