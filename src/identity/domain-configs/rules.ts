// What may be set for a domain (keystone/resource/core.py), with the value that holds where nothing is set (keystone/conf/ldap.py).

import { forbidden } from '#platform/errors.ts'
import type { Attributes } from '../attributes.ts'

const ldap = {
  url: 'ldap://localhost',
  user: null,
  suffix: 'cn=example,cn=com',
  query_scope: 'one',
  page_size: 0,
  alias_dereferencing: 'default',
  debug_level: null,
  chase_referrals: null,
  user_tree_dn: null,
  user_filter: null,
  user_objectclass: 'inetOrgPerson',
  user_id_attribute: 'cn',
  user_name_attribute: 'sn',
  user_mail_attribute: 'mail',
  user_description_attribute: 'description',
  user_pass_attribute: 'userPassword',
  user_enabled_attribute: 'enabled',
  user_enabled_invert: false,
  user_enabled_mask: 0,
  user_enabled_default: 'True',
  user_attribute_ignore: ['default_project_id'],
  user_default_project_id_attribute: null,
  user_enabled_emulation: false,
  user_enabled_emulation_dn: null,
  user_enabled_emulation_use_group_config: false,
  user_additional_attribute_mapping: [],
  group_tree_dn: null,
  group_filter: null,
  group_objectclass: 'groupOfNames',
  group_id_attribute: 'cn',
  group_name_attribute: 'ou',
  group_members_are_ids: false,
  group_member_attribute: 'member',
  group_desc_attribute: 'description',
  group_attribute_ignore: [],
  group_additional_attribute_mapping: [],
  // Keystone takes this one from its files alone; here there are no others than these.
  group_ad_nesting: false,
  tls_cacertfile: null,
  tls_cacertdir: null,
  use_tls: false,
  tls_req_cert: 'demand',
  use_pool: true,
  pool_size: 10,
  pool_retry_max: 3,
  pool_retry_delay: 0.1,
  pool_connection_timeout: -1,
  pool_connection_lifetime: 600,
  use_auth_pool: true,
  auth_pool_size: 100,
  auth_pool_connection_lifetime: 60,
}

/** Groups of options that can be read, with their defaults. */
export const DEFAULTS: Readonly<Record<string, Attributes>> = { identity: { driver: 'sql', list_limit: null }, ldap }

/** Options that can be set and are never shown. */
const SECRETS: Readonly<Record<string, readonly string[]>> = { ldap: ['password'] }

export const isSecret = (group: string, option: string): boolean => SECRETS[group]?.includes(option) ?? false

const invalid = (reason: string) => forbidden(`Invalid domain specific configuration: ${reason}.`)

/** @throws forbidden where there is no such group or option */
export function checkName(group: string | undefined, option?: string): void {
  if (group === undefined) return
  const options = DEFAULTS[group]
  if (!options) throw invalid(`Group ${group} is not supported for domain specific configurations`)
  if (option !== undefined && !(option in options) && !isSecret(group, option)) {
    throw invalid(`Option ${option} in group ${group} is not supported for domain specific configurations`)
  }
}

/** The client of directories here follows no referral: asked for, that is refused, so that nobody relies on it. */
const UNABLE: ReadonlySet<string> = new Set(['chase_referrals'])

const isSet = (value: unknown): boolean => !/^(null|"?(0|false|none|no|off)?"?)$/i.test(JSON.stringify(value))

/** Options of a body `{ group: { option: value } }`. @throws forbidden for what cannot be set */
export function optionsOf(config: Readonly<Record<string, unknown>>) {
  if (Object.keys(config).length === 0) throw invalid('No options specified')
  return Object.entries(config).flatMap(([group, options]) => {
    if (typeof options !== 'object' || options === null || Object.keys(options).length === 0) {
      throw invalid(`The value of group ${group} specified in the config should be a dictionary of options`)
    }
    return Object.entries(options).map(([option, value]: [string, unknown]) => {
      checkName(group, option)
      if (group === 'ldap' && UNABLE.has(option) && isSet(value)) {
        throw invalid(`Option ${option} in group ldap is not supported by this cloud`)
      }
      return { group, option, value }
    })
  })
}

/** A change of one group or option names that, and nothing else. @throws forbidden */
export function checkUpdate(config: Readonly<Record<string, unknown>>, group: string, option?: string): void {
  const [first, ...others] = Object.keys(config)
  const inside = config[group]
  const names = typeof inside === 'object' && inside !== null ? Object.keys(inside) : []
  if (others.length > 0 || (option !== undefined && names.length !== 1)) {
    throw invalid(
      option === undefined
        ? `Trying to update group ${group}, so that, and only that, group must be specified in the config`
        : `Trying to update option ${option} in group ${group}, so that, and only that, option must be specified  in the config`,
    )
  }
  if (first !== group) {
    throw invalid(`request to update group ${group}, but config provided contains group ${first ?? ''} instead`)
  }
  if (option !== undefined && names[0] !== option) {
    throw invalid(
      `Trying to update option ${option} in group ${group}, but config provided contains option ${names[0] ?? ''} instead`,
    )
  }
}
