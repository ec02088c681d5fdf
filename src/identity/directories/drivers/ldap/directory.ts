// Users and groups in LDAP (keystone/identity/backends/ldap). Filters are built, never written: what a caller asks for cannot leave its place.

import {
  AndFilter,
  type Client,
  type Entry,
  EqualityFilter,
  ExtensibleFilter,
  type Filter,
  FilterParser,
  NoSuchObjectError,
  PresenceFilter,
  type SearchOptions,
  SubstringFilter,
} from 'ldapts'
import { type EntryOptions, isEnabled, type LdapOptions } from '../../rules.ts'
import {
  type Directory,
  type DirectoryGroup,
  type DirectoryUser,
  normalDn,
  type Trace,
  type Wanted,
} from '../driver.ts'
import { createConnections } from './connections.ts'

/** Active Directory's rule of matching that follows members from group to group. */
const IN_CHAIN = '1.2.840.113556.1.4.1941'
/** More entries than this are no list that anybody reads. */
const MOST_ENTRIES = 200_000

export function openLdap(options: LdapOptions, trace: Trace): Directory {
  const connections = createConnections(options)
  const { users, groups, enabled } = options

  const search = async (of: EntryOptions, conditions: readonly Filter[], more: readonly string[]): Promise<Entry[]> => {
    const filter = new AndFilter({ filters: [...filtersOf(of), ...conditions] })
    const entries = await connections.use((client) =>
      read(client, of.tree, {
        scope: options.scope,
        filter,
        attributes: [of.idAttribute, ...of.attributes.values(), ...more],
        sizeLimit: options.pageSize === 0 ? MOST_ENTRIES : 0,
        ...(options.aliases === undefined ? {} : { derefAliases: options.aliases }),
        ...(options.pageSize === 0 ? {} : { paged: { pageSize: options.pageSize } }),
      }),
    )
    if (options.traced) trace({ base: of.tree, filter: filter.toString(), entries: entries.length })
    return entries
  }

  /** DNs of those whom the emulation group has; null: the entries say themselves who is enabled. */
  const listEnabled = async (): Promise<ReadonlySet<string> | null> => {
    const { emulation } = enabled
    if (emulation === null) return null
    const [group] = await connections.use((client) =>
      read(client, emulation.dn, { scope: 'base', attributes: [emulation.attribute] }),
    )
    return new Set(group ? valuesOf(group, emulation.attribute).map(normalDn) : [])
  }

  const toUsers = async (entries: readonly Entry[]): Promise<DirectoryUser[]> => {
    const on = entries.length === 0 ? null : await listEnabled()
    return entries.flatMap((entry) => {
      const known = identify(entry, users)
      if (!known) return []
      const extra: Record<string, string> = {}
      for (const [here, there] of users.attributes) {
        const [value] = valuesOf(entry, there)
        if (value !== undefined && !['name', 'enabled', 'default_project_id'].includes(here)) extra[here] = value
      }
      const valueOf = (here: string) => valuesOf(entry, users.attributes.get(here) ?? '')[0]
      return {
        ...known,
        enabled: on
          ? on.has(normalDn(entry.dn))
          : !users.attributes.has('enabled') || isEnabled(enabled, valueOf('enabled')),
        defaultProjectId: valueOf('default_project_id') ?? null,
        extra,
      }
    })
  }

  const toGroups = (entries: readonly Entry[]): DirectoryGroup[] =>
    entries.flatMap((entry) => {
      const known = identify(entry, groups)
      if (!known) return []
      const [description = ''] = valuesOf(entry, groups.attributes.get('description') ?? '')
      return { ...known, description, members: valuesOf(entry, options.memberAttribute) }
    })

  /** Whom a group has through others as well, in its own tree of users. */
  const listNested = async (dn: string): Promise<string[]> => {
    const inGroup = new ExtensibleFilter({ matchType: 'memberOf', rule: IN_CHAIN, value: dn })
    const entries = await search(users, [inGroup], [])
    return entries.flatMap((entry) => (options.membersAreIds ? (identify(entry, users)?.localId ?? []) : entry.dn))
  }

  const toWholeGroups = async (entries: readonly Entry[]): Promise<DirectoryGroup[]> => {
    const found = toGroups(entries)
    if (!options.nested) return found
    return Promise.all(found.map(async (group) => ({ ...group, members: await listNested(group.dn) })))
  }

  return {
    membersAreIds: options.membersAreIds,
    listUsers: async (wanted) => toUsers(await search(users, conditionsOf(users, wanted), [])),
    listGroups: async (wanted) =>
      toWholeGroups(await search(groups, conditionsOf(groups, wanted), [options.memberAttribute])),
    listGroupsOf: async ({ dn, localId }) => {
      const value = options.membersAreIds ? localId : dn
      const member = options.nested
        ? new ExtensibleFilter({ matchType: 'member', rule: IN_CHAIN, value: dn })
        : new EqualityFilter({ attribute: options.memberAttribute, value })
      return toWholeGroups(await search(groups, [member], [options.memberAttribute]))
    },
    authenticate: async ({ dn }, password) => {
      // A bind without a password is an anonymous one, and succeeds.
      const bound = password !== '' && (await connections.bind(dn, password))
      if (options.traced) trace({ dn, bound })
      return bound
    },
    close: connections.close,
  }
}

/** What is not there holds nothing. */
async function read(client: Client, base: string, options: SearchOptions): Promise<Entry[]> {
  try {
    return (await client.search(base, options)).searchEntries
  } catch (error) {
    if (error instanceof NoSuchObjectError) return []
    throw error
  }
}

function filtersOf({ objectClass, filter }: EntryOptions): Filter[] {
  const kind =
    objectClass === '*'
      ? new PresenceFilter({ attribute: 'objectClass' })
      : new EqualityFilter({ attribute: 'objectClass', value: objectClass })
  return filter === null ? [kind] : [kind, FilterParser.parseString(filter)]
}

function conditionsOf(of: EntryOptions, wanted: Wanted): Filter[] {
  if (wanted.by === 'all') return []
  if (wanted.by === 'id') return [new EqualityFilter({ attribute: of.idAttribute, value: wanted.value })]
  const attribute = of.attributes.get('name') ?? of.idAttribute
  const { value, how } = wanted
  if (how === 'exact') return [new EqualityFilter({ attribute, value })]
  if (how === 'contains') return [new SubstringFilter({ attribute, any: [value] })]
  return [new SubstringFilter({ attribute, ...(how === 'startswith' ? { initial: value } : { final: value }) })]
}

/** Who an entry is; undefined where it has no id or no name, or several ids. */
function identify(entry: Entry, of: EntryOptions): { localId: string; dn: string; name: string } | undefined {
  const [localId, ...others] = valuesOf(entry, of.idAttribute)
  const [name] = valuesOf(entry, of.attributes.get('name') ?? of.idAttribute)
  if (localId === undefined || others.length > 0 || localId.length > 255) return undefined
  if (name === undefined || name.trim() === '' || name.length > 255) return undefined
  return { localId, dn: entry.dn, name }
}

/** The values of an attribute, whatever the case of its name in the entry. */
function valuesOf(entry: Entry, attribute: string): string[] {
  const wanted = attribute.toLowerCase()
  if (wanted === 'dn') return [entry.dn]
  for (const [name, value] of Object.entries(entry)) {
    if (name.toLowerCase() !== wanted || name === 'dn') continue
    const values: readonly (string | Buffer)[] = Array.isArray(value) ? value : [value]
    return values.map((each) => (typeof each === 'string' ? each : each.toString('utf8')))
  }
  return []
}
