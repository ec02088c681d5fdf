import {
  type Attributes,
  type Changes,
  type Created,
  defaulted,
  optional,
  type Resource,
} from '../attributes/attribute.ts'
import { boolean, integer, list, nameText, nonNegative, text } from '../attributes/readers.ts'
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

const guarded = { guarded: true } as const

export const networkAttributes = {
  name: defaulted(nameText(), ''),
  admin_state_up: defaulted(boolean, true),
  shared: defaulted(boolean, false, guarded),
  'router:external': defaulted(boolean, false, guarded),
  mtu: optional(nonNegative),
  port_security_enabled: defaulted(boolean, true, guarded),
  'provider:network_type': optional(text(32), guarded),
  'provider:physical_network': optional(text(64), guarded),
  'provider:segmentation_id': optional(integer, guarded),
  availability_zone_hints: defaulted<string[]>(list(text(255)), [], { put: false }),
  tags: optional<string[]>(list(text(255)), { put: false }),
  ...descriptionAttribute,
} satisfies Attributes

export type CreateNetwork = Created<typeof networkAttributes>
export type UpdateNetwork = Changes<typeof networkAttributes>

export const networkResource = {
  name: 'network',
  collection: 'networks',
  attributes: networkAttributes,
  readOnly: [
    ...standardReadOnly,
    'status',
    'subnets',
    'availability_zones',
    'ipv4_address_scope',
    'ipv6_address_scope',
  ],
} satisfies Resource<typeof networkAttributes>

export const networkList: ListSpec = {
  collection: 'networks',
  table: 'network_networks',
  filters: {
    ...standardFilters,
    admin_state_up: byBoolean('admin_state_up'),
    status: byText('status'),
    shared: byBoolean('shared'),
    'router:external': byBoolean('external'),
    mtu: byInteger('mtu'),
    port_security_enabled: byBoolean('port_security_enabled'),
    'provider:network_type': byText('network_type'),
    'provider:physical_network': byTextOrNull('physical_network'),
    'provider:segmentation_id': byInteger('segmentation_id'),
  },
  sorts: { ...standardSorts, admin_state_up: 'admin_state_up', status: 'status', mtu: 'mtu', shared: 'shared' },
}
