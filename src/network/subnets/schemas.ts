import { nameservers, pools, routes, subnetCidr, ipAddress } from '../attributes/addresses.ts'
import {
  type Attributes,
  type Changes,
  type Created,
  defaulted,
  optional,
  required,
  type Resource,
} from '../attributes/attribute.ts'
import {
  boolean,
  integer,
  list,
  nameText,
  nonNegative,
  oneOf,
  orNull,
  text,
  uuid,
  invalidValue,
  shown,
} from '../attributes/readers.ts'
import type { Reader } from '../attributes/attribute.ts'
import {
  byBoolean,
  byInteger,
  byText,
  byTextOrNull,
  type ListSpec,
  standardFilters,
  standardSorts,
} from '../listing/listing.ts'
import { descriptionAttribute, standardReadOnly } from '../standard.ts'

const fixed = { put: false } as const
const ipVersion: Reader<4 | 6> = (value, name) => {
  const version = integer(value, name)
  if (version === 4 || version === 6) return version
  throw invalidValue(name, `${shown(value)} is not in [4, 6]`)
}
const mode = oneOf('dhcpv6-stateful', 'dhcpv6-stateless', 'slaac')

export const subnetAttributes = {
  name: defaulted(nameText(), ''),
  ip_version: required<4 | 6>(ipVersion, fixed),
  network_id: required(uuid, fixed),
  subnetpool_id: optional<string | null>(orNull(uuid), fixed),
  use_default_subnetpool: defaulted(boolean, false, fixed),
  prefixlen: optional(nonNegative, fixed),
  cidr: optional<string | null>(orNull(subnetCidr), fixed),
  gateway_ip: optional<string | null>(orNull(ipAddress)),
  allocation_pools: optional(pools),
  dns_nameservers: optional(nameservers),
  host_routes: optional(routes),
  enable_dhcp: defaulted(boolean, true),
  ipv6_ra_mode: optional<string>(mode, fixed),
  ipv6_address_mode: optional<string>(mode, fixed),
  tags: optional<string[]>(list(text(255)), fixed),
  ...descriptionAttribute,
} satisfies Attributes

export type CreateSubnet = Created<typeof subnetAttributes>
export type UpdateSubnet = Changes<typeof subnetAttributes>

export const subnetResource = {
  name: 'subnet',
  collection: 'subnets',
  attributes: subnetAttributes,
  readOnly: [...standardReadOnly, 'shared', 'router:external'],
} satisfies Resource<typeof subnetAttributes>

export const subnetList: ListSpec = {
  collection: 'subnets',
  table: 'network_subnets',
  filters: {
    ...standardFilters,
    network_id: byText('network_id'),
    ip_version: byInteger('ip_version'),
    cidr: byText('cidr'),
    gateway_ip: byTextOrNull('gateway_ip'),
    enable_dhcp: byBoolean('enable_dhcp'),
    ipv6_ra_mode: byTextOrNull('ipv6_ra_mode'),
    ipv6_address_mode: byTextOrNull('ipv6_address_mode'),
    subnetpool_id: byTextOrNull('subnetpool_id'),
    shared: byBoolean('shared'),
    'router:external': byBoolean('external'),
  },
  sorts: {
    ...standardSorts,
    network_id: 'network_id',
    ip_version: 'ip_version',
    cidr: 'cidr',
    gateway_ip: 'gateway_ip',
    enable_dhcp: 'enable_dhcp',
    subnetpool_id: 'subnetpool_id',
  },
}
