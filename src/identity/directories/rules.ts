// What the options of a domain's directory mean (keystone/conf/ldap.py), and the ids that its people have here.

import { createHash } from 'node:crypto'
import { DEFAULTS } from '../domain-configs/rules.ts'

/** How long a server has to take a connection, where nobody says. */
const CONNECT_MS = 10_000
/** Whoever waits for a login does so no longer, whatever is configured. */
const MOST_ATTEMPTS = 20
const MOST_DELAY_MS = 5000

/** Options of one kind of entry, users or groups. */
export type EntryOptions = {
  readonly tree: string
  readonly objectClass: string
  readonly filter: string | null
  readonly idAttribute: string
  /** Attribute here → attribute there; without those that are to be ignored. */
  readonly attributes: ReadonlyMap<string, string>
}

export type LdapOptions = {
  /** Tried one after the other. */
  readonly urls: readonly string[]
  readonly user: string | null
  readonly password: string | null
  readonly scope: 'one' | 'sub'
  /** 0: the directory is not asked for pages. */
  readonly pageSize: number
  readonly aliases: 'always' | 'find' | 'never' | 'search' | undefined
  readonly startTls: boolean
  readonly caFile: string | null
  /** Directory of files with certificates. */
  readonly caDirectory: string | null
  readonly verifyCertificate: boolean
  readonly poolSize: number
  readonly authPoolSize: number
  readonly poolLifetimeMs: number
  /** How often a connection is tried, and how long after a failure. */
  readonly attempts: { readonly most: number; readonly delayMs: number }
  readonly connectMs: number
  /** Whether each search and login is logged (`debug_level`, whose bits are libldap's own). */
  readonly traced: boolean
  readonly users: EntryOptions
  readonly groups: EntryOptions
  readonly enabled: {
    readonly mask: number
    readonly invert: boolean
    readonly byDefault: string
    /** Group whose members are the enabled users, and its attribute that names them. */
    readonly emulation: { readonly dn: string; readonly attribute: string } | null
  }
  readonly memberAttribute: string
  readonly membersAreIds: boolean
  /** Whether members of a group in a group are its members, as Active Directory works out. */
  readonly nested: boolean
}

type Option = { readonly group: string; readonly option: string; readonly value: unknown }

/** Whether these options say that users come from a directory. */
export const isLdap = (options: readonly Option[]): boolean =>
  options.some(({ group, option, value }) => group === 'identity' && option === 'driver' && value === 'ldap')

export function readLdapOptions(given: readonly Option[]): LdapOptions {
  const set = new Map(given.filter(({ group }) => group === 'ldap').map(({ option, value }) => [option, value]))
  const valueOf = (name: string): unknown => set.get(name) ?? DEFAULTS['ldap']?.[name] ?? null
  const text = (name: string): string | null => {
    const value = valueOf(name)
    return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null
  }
  const flag = (name: string): boolean => /^(true|1|yes|on)$/i.test(String(valueOf(name)))
  const whole = (name: string): number => {
    const number = Number(valueOf(name))
    return Number.isSafeInteger(number) && number > 0 ? number : 0
  }
  const list = (name: string): string[] => {
    const value = valueOf(name)
    const items: readonly unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : []
    return items.map((item) => String(item).trim()).filter((item) => item !== '')
  }
  const seconds = (name: string): number => Math.max(0, Number(valueOf(name)) || 0)
  const pooled = flag('use_pool')
  const suffix = text('suffix') ?? ''
  const entries = (kind: 'user' | 'group', ou: string, names: Readonly<Record<string, string>>): EntryOptions => {
    const ignored = new Set(list(`${kind}_attribute_ignore`))
    const attributes = new Map<string, string>()
    for (const [here, option] of Object.entries(names)) {
      const there = text(`${kind}_${option}_attribute`)
      if (there !== null && !ignored.has(here)) attributes.set(here, there)
    }
    for (const pair of list(`${kind}_additional_attribute_mapping`)) {
      const [there = '', here = '', ...rest] = pair.split(':')
      if (there !== '' && here !== '' && rest.length === 0) attributes.set(here, there)
    }
    return {
      tree: text(`${kind}_tree_dn`) ?? `${ou},${suffix}`,
      objectClass: text(`${kind}_objectclass`) ?? '*',
      filter: text(`${kind}_filter`),
      idAttribute: text(`${kind}_id_attribute`) ?? 'cn',
      attributes,
    }
  }
  const members = text('group_member_attribute') ?? 'member'
  const users = entries('user', 'ou=Users', {
    name: 'name',
    email: 'mail',
    description: 'description',
    enabled: 'enabled',
    default_project_id: 'default_project_id',
  })
  const groups = entries('group', 'ou=UserGroups', { name: 'name', description: 'desc' })
  const aliases = ({ always: 'always', finding: 'find', never: 'never', searching: 'search' } as const)[
    text('alias_dereferencing') ?? ''
  ]
  return {
    urls: (text('url') ?? '').split(/[\s,]+/).filter((url) => url !== ''),
    user: text('user'),
    password: text('password'),
    scope: text('query_scope') === 'sub' ? 'sub' : 'one',
    pageSize: whole('page_size'),
    aliases,
    startTls: flag('use_tls'),
    caFile: text('tls_cacertfile'),
    caDirectory: text('tls_cacertdir'),
    verifyCertificate: !/^(never|allow)$/.test(text('tls_req_cert') ?? 'demand'),
    poolSize: pooled ? Math.min(whole('pool_size') || 1, 100) : 1,
    authPoolSize: Math.min(whole('auth_pool_size') || 1, 100),
    connectMs: whole('pool_connection_timeout') * 1000 || CONNECT_MS,
    poolLifetimeMs: whole('pool_connection_lifetime') * 1000,
    attempts: {
      most: pooled ? Math.min(whole('pool_retry_max') || 1, MOST_ATTEMPTS) : 1,
      delayMs: Math.min(seconds('pool_retry_delay') * 1000, MOST_DELAY_MS),
    },
    traced: Number(valueOf('debug_level') ?? 0) !== 0,
    users,
    groups,
    enabled: {
      mask: whole('user_enabled_mask'),
      invert: flag('user_enabled_invert'),
      byDefault: text('user_enabled_default') ?? 'True',
      emulation: flag('user_enabled_emulation')
        ? {
            dn: text('user_enabled_emulation_dn') ?? `cn=enabled_users,${users.tree}`,
            attribute: flag('user_enabled_emulation_use_group_config') ? members : 'member',
          }
        : null,
    },
    memberAttribute: members,
    membersAreIds: flag('group_members_are_ids'),
    nested: flag('group_ad_nesting'),
  }
}

/** Whether a user is enabled, by the value that its entry has. */
export function isEnabled({ mask, invert, byDefault }: LdapOptions['enabled'], value: string | undefined): boolean {
  if (mask !== 0) {
    const bits = Number.parseInt(value ?? byDefault, 10)
    // What cannot be read lets nobody in.
    return !Number.isNaN(bits) && (bits & mask) !== mask
  }
  return ((value ?? byDefault).toLowerCase() === 'true') !== invert
}

/** The id that an entry has here: the same in every cloud, and in Keystone (keystone/identity/id_generators/sha256.py). */
export const publicIdOf = (domainId: string, type: 'user' | 'group', localId: string): string =>
  createHash('sha256').update(domainId).update(type).update(localId).digest('hex')
