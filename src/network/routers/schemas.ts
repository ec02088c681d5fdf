import { type FixedIpRequest, fixedIps, type Route, routes } from '../attributes/addresses.ts'
import {
  type Attributes,
  type Changes,
  type Created,
  defaulted,
  optional,
  type Reader,
  type Resource,
} from '../attributes/attribute.ts'
import { boolean, invalidValue, isDict, list, nameText, shown, text, toBoolean, uuid } from '../attributes/readers.ts'
import { byBoolean, byText, type ListSpec, standardFilters, standardSorts } from '../listing/listing.ts'
import { descriptionAttribute, standardReadOnly } from '../standard.ts'

/** Where a router goes out; null: nowhere. Keys that were not named are absent. */
export type GatewayRequest = {
  readonly network_id: string
  readonly enable_snat?: boolean
  readonly external_fixed_ips?: readonly FixedIpRequest[]
}

const KEYS = ['network_id', 'enable_snat', 'external_fixed_ips'] as const

const gateway: Reader<GatewayRequest | null> = (value, name) => {
  if (value === null || (isDict(value) && Object.keys(value).length === 0)) return null
  if (!isDict(value)) throw invalidValue(name, `'${shown(value)}' is not a dictionary`)
  if (!('network_id' in value)) {
    const given = `{${Object.keys(value)
      .map((key) => `'${key}'`)
      .join(', ')}}`
    const expected = `Expected keys: {'network_id'} Provided keys: ${given}`
    throw invalidValue(name, `Validation of dictionary's keys failed. ${expected}`)
  }
  const unknown = Object.keys(value).filter((key) => !KEYS.some((each) => each === key))
  if (unknown.length > 0) throw invalidValue(name, `Unexpected keys supplied: ${unknown.join(', ')}`)
  const snat = value.enable_snat === undefined ? undefined : toBoolean(value.enable_snat)
  if (value.enable_snat !== undefined && snat === undefined) {
    throw invalidValue(name, `'${shown(value.enable_snat)}' is not a valid boolean value`)
  }
  return {
    network_id: uuid(value.network_id, name),
    ...(snat === undefined ? {} : { enable_snat: snat }),
    ...(value.external_fixed_ips === undefined ? {} : { external_fixed_ips: fixedIps(value.external_fixed_ips, name) }),
  }
}

export const routerAttributes = {
  name: defaulted(nameText(), ''),
  admin_state_up: defaulted(boolean, true),
  external_gateway_info: defaulted<GatewayRequest | null>(gateway, null, { guarded: true, guardedKeys: KEYS }),
  routes: optional<Route[]>(routes, { post: false }),
  availability_zone_hints: defaulted<string[]>(list(text(255)), [], { put: false }),
  tags: optional<string[]>(list(text(255)), { put: false }),
  ...descriptionAttribute,
} satisfies Attributes

export type CreateRouter = Created<typeof routerAttributes>
export type UpdateRouter = Changes<typeof routerAttributes>

export const routerResource = {
  name: 'router',
  collection: 'routers',
  attributes: routerAttributes,
  readOnly: [...standardReadOnly, 'status', 'availability_zones'],
} satisfies Resource<typeof routerAttributes>

export const routerList: ListSpec = {
  collection: 'routers',
  table: 'network_routers',
  filters: { ...standardFilters, admin_state_up: byBoolean('admin_state_up'), status: byText('status') },
  sorts: { ...standardSorts, admin_state_up: 'admin_state_up', status: 'status' },
}
