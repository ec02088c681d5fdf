import { ipAddress } from '../attributes/addresses.ts'
import {
  type Attributes,
  type Changes,
  type Created,
  defaulted,
  optional,
  required,
  type Resource,
} from '../attributes/attribute.ts'
import { list, orNull, text, uuid } from '../attributes/readers.ts'
import { byText, byTextOrNull, type ListSpec, standardFilters, standardSorts } from '../listing/listing.ts'
import { descriptionAttribute, standardReadOnly } from '../standard.ts'

const fixed = { put: false } as const

export const floatingIpAttributes = {
  floating_network_id: required(uuid, fixed),
  floating_ip_address: defaulted<string | null>(orNull(ipAddress), null, { put: false, guarded: true }),
  subnet_id: defaulted<string | null>(orNull(uuid), null, fixed),
  port_id: defaulted<string | null>(orNull(uuid), null),
  fixed_ip_address: defaulted<string | null>(orNull(ipAddress), null),
  tags: optional<string[]>(list(text(255)), fixed),
  ...descriptionAttribute,
} satisfies Attributes

export type CreateFloatingIp = Created<typeof floatingIpAttributes>
export type UpdateFloatingIp = Changes<typeof floatingIpAttributes>

export const floatingIpResource = {
  name: 'floatingip',
  collection: 'floatingips',
  attributes: floatingIpAttributes,
  readOnly: [...standardReadOnly, 'status', 'router_id', 'port_details'],
} satisfies Resource<typeof floatingIpAttributes>

const { name: _name, ...filters } = standardFilters

export const floatingIpList: ListSpec = {
  collection: 'floatingips',
  table: 'network_floatingips',
  filters: {
    ...filters,
    floating_network_id: byText('floating_network_id'),
    floating_ip_address: byText('floating_ip_address'),
    fixed_ip_address: byTextOrNull('fixed_ip_address'),
    port_id: byTextOrNull('port_id'),
    router_id: byTextOrNull('router_id'),
    status: byText('status'),
  },
  sorts: {
    ...standardSorts,
    floating_network_id: 'floating_network_id',
    floating_ip_address: 'floating_ip_address',
    fixed_ip_address: 'fixed_ip_address',
    router_id: 'router_id',
    status: 'status',
  },
}
