import { subnetCidr } from '../attributes/addresses.ts'
import {
  type Attributes,
  type Changes,
  type Created,
  defaulted,
  optional,
  required,
  type Resource,
} from '../attributes/attribute.ts'
import { boolean, filledName, list, nonNegative, text } from '../attributes/readers.ts'
import { byBoolean, byInteger, type ListSpec, standardFilters, standardSorts } from '../listing/listing.ts'
import { descriptionAttribute, standardReadOnly } from '../standard.ts'

const guarded = { guarded: true } as const

export const poolAttributes = {
  name: required(filledName),
  prefixes: required<string[]>(list(subnetCidr)),
  default_quota: optional(nonNegative),
  default_prefixlen: optional(nonNegative),
  min_prefixlen: optional(nonNegative),
  max_prefixlen: optional(nonNegative),
  is_default: defaulted(boolean, false, guarded),
  shared: defaulted(boolean, false, { put: false, guarded: true }),
  tags: optional<string[]>(list(text(255)), { put: false }),
  ...descriptionAttribute,
} satisfies Attributes

export type CreateSubnetPool = Created<typeof poolAttributes>
export type UpdateSubnetPool = Changes<typeof poolAttributes>

export const poolResource = {
  name: 'subnetpool',
  collection: 'subnetpools',
  attributes: poolAttributes,
  readOnly: [...standardReadOnly, 'ip_version'],
} satisfies Resource<typeof poolAttributes>

export const poolList: ListSpec = {
  collection: 'subnetpools',
  table: 'network_subnetpools',
  filters: {
    ...standardFilters,
    ip_version: byInteger('ip_version'),
    default_prefixlen: byInteger('default_prefixlen'),
    min_prefixlen: byInteger('min_prefixlen'),
    max_prefixlen: byInteger('max_prefixlen'),
    default_quota: byInteger('default_quota'),
    is_default: byBoolean('is_default'),
    shared: byBoolean('shared'),
  },
  sorts: {
    ...standardSorts,
    ip_version: 'ip_version',
    default_prefixlen: 'default_prefixlen',
    min_prefixlen: 'min_prefixlen',
    max_prefixlen: 'max_prefixlen',
    is_default: 'is_default',
    shared: 'shared',
  },
}
