import { formatCidr, hasHostBits, parseAddress, parseCidr } from '#lib/cidr/cidr.ts'
import { sql, type SqlBool } from 'kysely'
import { fixedIps, macAddress } from '../attributes/addresses.ts'
import {
  type Attributes,
  type Changes,
  type Created,
  defaulted,
  optional,
  type Reader,
  required,
  type Resource,
} from '../attributes/attribute.ts'
import {
  boolean,
  dict,
  type Dict,
  invalidValue,
  isDict,
  list,
  nameText,
  oneOf,
  orNull,
  shown,
  text,
  uuid,
} from '../attributes/readers.ts'
import { httpBadRequest, invalidInput, neutronError } from '../errors.ts'
import { byBoolean, byText, type Filter, type ListSpec, standardFilters, standardSorts } from '../listing/listing.ts'
import { descriptionAttribute, standardReadOnly } from '../standard.ts'

export type AddressPair = { readonly ip_address: string; readonly mac_address: string }
export type DhcpOption = { readonly opt_name: string; readonly opt_value: string | null; readonly ip_version: number }

const pairs: Reader<{ ip_address: string; mac_address?: string }[]> = (value, name) => {
  if (value === null) return []
  if (!Array.isArray(value)) throw httpBadRequest('Allowed address pairs must be a list.')
  return value.map((pair: unknown) => {
    if (!isDict(pair) || pair.ip_address === undefined) {
      throw neutronError('badRequest', 'AllowedAddressPairsMissingIP', 'AllowedAddressPair must contain ip_address')
    }
    const unknown = Object.keys(pair).filter((key) => key !== 'ip_address' && key !== 'mac_address')
    if (unknown.length > 0) throw httpBadRequest(`Unrecognized attribute(s) '${unknown.join(', ')}'`)
    const cidr = typeof pair.ip_address === 'string' ? parseCidr(pair.ip_address) : undefined
    if (typeof pair.ip_address !== 'string' || cidr === undefined) {
      const given = shown(pair.ip_address)
      throw httpBadRequest(`'${given}' is not a valid ${given.includes('/') ? 'IP subnet' : 'IP address'}`)
    }
    const whole = parseAddress(pair.ip_address) !== undefined || hasHostBits(pair.ip_address)
    const address = whole ? pair.ip_address : formatCidr(cidr)
    return pair.mac_address === undefined || pair.mac_address === null
      ? { ip_address: address }
      : { ip_address: address, mac_address: macAddress(pair.mac_address, name) }
  })
}

const dhcpOptions: Reader<DhcpOption[]> = (value, name) => {
  if (value === null) return []
  if (!Array.isArray(value)) throw invalidValue(name, `'${shown(value)}' is not a list`)
  return value.map((option: unknown) => {
    const refuse = (): Error => invalidInput(`No valid key specs matched for: ${shown(option)}`)
    if (!isDict(option) || typeof option.opt_name !== 'string' || option.opt_name.trim() === '') throw refuse()
    const { opt_name, opt_value = null, ip_version = 4 } = option
    if (opt_value !== null && typeof opt_value !== 'string') throw refuse()
    if (opt_name.length > 64 || (opt_value?.length ?? 0) > 255) throw refuse()
    if (ip_version !== 4 && ip_version !== 6 && ip_version !== '4' && ip_version !== '6') throw refuse()
    return { opt_name, opt_value, ip_version: Number(ip_version) }
  })
}

const hostId: Reader<string> = (value, name) => (value === null ? '' : text(255)(value, name))
const guarded = { guarded: true } as const
const tagList: Reader<string[]> = (value, name) => list(text(255))(value, name)

export const portAttributes = {
  name: defaulted(nameText(), ''),
  network_id: required(uuid, { put: false }),
  admin_state_up: defaulted(boolean, true),
  mac_address: optional(macAddress, guarded),
  fixed_ips: optional(fixedIps, guarded),
  device_id: defaulted(text(255), '', guarded),
  device_owner: defaulted(text(255), '', guarded),
  security_groups: optional<string[]>((value, name) => (value === null ? [] : list(uuid)(value, name))),
  port_security_enabled: optional(boolean, guarded),
  'binding:vnic_type': defaulted<string>(
    oneOf(
      'normal',
      'direct',
      'macvtap',
      'baremetal',
      'direct-physical',
      'virtio-forwarder',
      'smart-nic',
      'vdpa',
      'accelerator-direct',
      'accelerator-direct-physical',
      'remote-managed',
    ),
    'normal',
    guarded,
  ),
  'binding:host_id': optional(hostId, guarded),
  'binding:profile': optional<Dict>((value, name) => orNull(dict)(value, name) ?? {}, guarded),
  allowed_address_pairs: optional(pairs, guarded),
  extra_dhcp_opts: defaulted<DhcpOption[]>(dhcpOptions, []),
  tags: optional(tagList, { put: false }),
  ...descriptionAttribute,
} satisfies Attributes

export type CreatePort = Created<typeof portAttributes>
export type UpdatePort = Changes<typeof portAttributes>

export const portResource = {
  name: 'port',
  collection: 'ports',
  attributes: portAttributes,
  readOnly: [...standardReadOnly, 'status', 'binding:vif_type', 'binding:vif_details'],
} satisfies Resource<typeof portAttributes>

/** `fixed_ips=ip_address=10.0.0.5`, `fixed_ips=subnet_id=…`, `fixed_ips=ip_address_substr=.5`. */
const byFixedIps: Filter = (values) => {
  const wanted = new Map<string, string[]>()
  for (const value of values) {
    const [key = '', ...rest] = value.split('=')
    if (rest.length === 0 || key === '') throw invalidInput(`'${value}' is not of the form <key>=[value]`)
    wanted.set(key, [...(wanted.get(key) ?? []), rest.join('=')])
  }
  const inner = [...wanted].map(([key, list]) => {
    if (key === 'ip_address') return sql<SqlBool>`a.ip_address in (${sql.join(list)})`
    if (key === 'subnet_id') return sql<SqlBool>`a.subnet_id in (${sql.join(list)})`
    if (key !== 'ip_address_substr') throw invalidInput(`'${key}' is not a key of fixed_ips`)
    return sql<SqlBool>`(${sql.join(
      list.map((part) => sql`instr(a.ip_address, ${part}) > 0`),
      sql` or `,
    )})`
  })
  return sql<SqlBool>`id in (select a.port_id from network_ip_allocations as a where ${sql.join(inner, sql` and `)})`
}

const bySecurityGroups: Filter = (values) =>
  sql<SqlBool>`id in (select g.port_id from network_port_security_groups as g where g.security_group_id in (${sql.join(values)}))`

export const portList: ListSpec = {
  collection: 'ports',
  table: 'network_ports',
  filters: {
    ...standardFilters,
    network_id: byText('network_id'),
    admin_state_up: byBoolean('admin_state_up'),
    mac_address: (values) => byText('mac_address')(values.map((value) => value.toLowerCase())),
    status: byText('status'),
    device_id: byText('device_id'),
    device_owner: byText('device_owner'),
    fixed_ips: byFixedIps,
    security_groups: bySecurityGroups,
    port_security_enabled: byBoolean('port_security_enabled'),
    'binding:host_id': byText('host_id'),
    'binding:vnic_type': byText('vnic_type'),
    'binding:vif_type': byText('vif_type'),
  },
  sorts: {
    ...standardSorts,
    network_id: 'network_id',
    admin_state_up: 'admin_state_up',
    mac_address: 'mac_address',
    status: 'status',
    device_id: 'device_id',
    device_owner: 'device_owner',
  },
}
