// The domains whose users and groups come from a directory. Whoever is asked for is looked up there first, and a copy kept here; only the
// directory itself knows passwords.

import { LRUCache } from 'lru-cache'
import type { Ctx } from '#platform/context.ts'
import { internal, messageOf } from '#platform/errors.ts'
import type { Log } from '#platform/log.ts'
import type { DomainConfigStore } from '../domain-configs/store.ts'
import { forbiddenSilently } from '../errors.ts'
import type { ListQuery } from '../lists.ts'
import { findUser, findUserByName, type User } from '../users/store.ts'
import { type Brought, bringAll, bringGroups, bringUsers, dropMissing, wantedOf } from './copies.ts'
import { type Directory, DirectoryFailure, type DirectoryUser, type Trace } from './drivers/driver.ts'
import { openLdap } from './drivers/ldap/directory.ts'
import { isLdap, publicIdOf, readLdapOptions } from './rules.ts'
import * as store from './store.ts'

/** Settings are read again after this long, should another controller's word of a change have been lost. */
const SETTINGS_MS = 5000
/** How long a copy of one user or group is as good as the entry. */
const FRESH_MS = 60_000

export type Directories = {
  /** The user of a name, as the domain's directory has it now. */
  readonly userByName: (ctx: Ctx, name: string, domainId: string) => Promise<User | undefined>
  /** The user of an id; `fresh`: as the directory has it now. */
  readonly userById: (ctx: Ctx, id: string, fresh: boolean) => Promise<User | undefined>
  /** Whether the password is right, with the user's groups brought along; undefined: no directory knows it. */
  readonly authenticate: (ctx: Ctx, user: User, password: string) => Promise<boolean | undefined>
  /** Brings what a list of a domain shows; nothing where the domain has no directory. */
  readonly refreshUsers: (ctx: Ctx, domainId: string, query: ListQuery) => Promise<void>
  readonly refreshGroups: (ctx: Ctx, domainId: string, query: ListQuery) => Promise<void>
  /** Brings one group with its members, or one user with its groups. */
  readonly refreshGroup: (ctx: Ctx, id: string) => Promise<void>
  readonly refreshGroupsOf: (ctx: Ctx, userId: string) => Promise<void>
  /** @throws forbidden where the domain's users and groups are kept elsewhere */
  readonly refuseWrite: (ctx: Ctx, domainId: string) => Promise<void>
  /** Brings all of every directory that has been of use here. */
  readonly refreshAll: (ctx: Ctx) => Promise<{ domains: number; failed: number }>
  /** Settings of a domain may have changed. */
  readonly forget: () => void
  readonly close: () => Promise<void>
}

/** @param changed called when a copy here has changed */
export function createDirectories(settings: DomainConfigStore, log: Log, changed: () => void): Directories {
  const opened = new Map<string, { readonly directory: Directory; readonly text: string }>()
  const fresh = new LRUCache<string, true>({ max: 10_000, ttl: FRESH_MS })
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined

  const readSettings = async (ctx: Ctx): Promise<void> => {
    const ids = await store.listDomainIdsWithDriver(ctx)
    const found = new Set<string>()
    for (const id of ids) {
      const options = await settings.list(ctx, id)
      if (!isLdap(options)) continue
      found.add(id)
      const text = JSON.stringify(options)
      const known = opened.get(id)
      if (known?.text === text) continue
      const trace: Trace = (fields) => log.info({ domain_id: id, ...fields }, 'a directory was asked')
      opened.set(id, { directory: openLdap(readLdapOptions(options), trace), text })
      fresh.clear()
      void known?.directory.close()
    }
    for (const [id, { directory }] of opened) {
      if (found.has(id)) continue
      opened.delete(id)
      void directory.close()
    }
    readAt = performance.now()
  }
  const directoryOf = async (ctx: Ctx, domainId: string): Promise<Directory | undefined> => {
    if (performance.now() - readAt > SETTINGS_MS) {
      reading ??= readSettings(ctx).finally(() => (reading = undefined))
      await reading
    }
    return opened.get(domainId)?.directory
  }
  const tell = (brought: Brought | boolean): void => {
    if (typeof brought === 'boolean' ? brought : brought.changed) changed()
  }
  /** One user of the directory, brought here; its copy goes where it is gone. */
  const bringOne = async (ctx: Ctx, domainId: string, directory: Directory, id: string, localId: string) => {
    const [entry] = await directory.listUsers({ by: 'id', value: localId })
    if (entry) tell(await bringUsers(ctx, domainId, [entry]))
    else await drop(ctx, id)
    fresh.set(id, true)
    return entry
  }
  const drop = async (ctx: Ctx, id: string): Promise<void> => {
    const mapping = await store.findMapping(ctx, id)
    if (mapping && (await store.removeCopy(ctx, mapping))) changed()
  }
  const bringGroupsOf = async (ctx: Ctx, domainId: string, directory: Directory, entry: DirectoryUser) => {
    const groups = await directory.listGroupsOf(entry)
    tell(await bringGroups(ctx, domainId, directory, groups))
    const ids = new Set(groups.map(({ localId }) => publicIdOf(domainId, 'group', localId)))
    // Groups that the user was in and has left.
    const id = publicIdOf(domainId, 'user', entry.localId)
    tell(await store.removeOtherMemberships(ctx, domainId, id, ids))
  }
  const mapped = async (ctx: Ctx, id: string) => {
    await directoryOf(ctx, '')
    if (opened.size === 0) return undefined
    const mapping = await store.findMapping(ctx, id)
    const directory = mapping && (await directoryOf(ctx, mapping.domain_id))
    return mapping && directory ? { mapping, directory } : undefined
  }

  return {
    userByName: async (ctx, name, domainId) => {
      const directory = await directoryOf(ctx, domainId)
      if (!directory) return findUserByName(ctx, name, domainId)
      const found = await asked(ctx, () => directory.listUsers({ by: 'name', value: name, how: 'exact' }))
      if (found.length !== 1) return undefined
      const { ids, changed: any } = await bringUsers(ctx, domainId, found)
      if (any) changed()
      const [id] = ids
      return id === undefined ? undefined : findUser(ctx, id)
    },
    userById: async (ctx, id, now) => {
      const place = await mapped(ctx, id)
      if (place && (now || !fresh.has(id))) {
        const { mapping, directory } = place
        await asked(ctx, () => bringOne(ctx, mapping.domain_id, directory, id, mapping.local_id))
      }
      return findUser(ctx, id)
    },
    authenticate: async (ctx, user, password) => {
      const place = await mapped(ctx, user.id)
      if (!place) return undefined
      const { mapping, directory } = place
      return asked(ctx, async () => {
        const [entry] = await directory.listUsers({ by: 'id', value: mapping.local_id })
        if (!entry || !(await directory.authenticate(entry, password))) return false
        await bringGroupsOf(ctx, mapping.domain_id, directory, entry)
        return true
      })
    },
    refreshUsers: async (ctx, domainId, query) => {
      const directory = await directoryOf(ctx, domainId)
      if (!directory) return
      const wanted = wantedOf(query)
      const brought = await asked(ctx, async () => bringUsers(ctx, domainId, await directory.listUsers(wanted)))
      tell(brought)
      if (wanted.by === 'all') tell(await dropMissing(ctx, domainId, 'user', brought.ids))
    },
    refreshGroups: async (ctx, domainId, query) => {
      const directory = await directoryOf(ctx, domainId)
      if (!directory) return
      const wanted = wantedOf(query)
      const brought = await asked(ctx, async () =>
        bringGroups(ctx, domainId, directory, await directory.listGroups(wanted)),
      )
      tell(brought)
      if (wanted.by === 'all') tell(await dropMissing(ctx, domainId, 'group', brought.ids))
    },
    refreshGroup: async (ctx, id) => {
      const place = await mapped(ctx, id)
      if (!place || fresh.has(id)) return
      const { mapping, directory } = place
      await asked(ctx, async () => {
        const found = await directory.listGroups({ by: 'id', value: mapping.local_id })
        if (found.length === 0) return drop(ctx, id)
        // Members are known by their mappings: those of everybody must be there.
        tell(await bringUsers(ctx, mapping.domain_id, await directory.listUsers({ by: 'all' })))
        return tell(await bringGroups(ctx, mapping.domain_id, directory, found))
      })
      fresh.set(id, true)
    },
    refreshGroupsOf: async (ctx, userId) => {
      const place = await mapped(ctx, userId)
      if (!place) return
      const { mapping, directory } = place
      await asked(ctx, async () => {
        const entry = await bringOne(ctx, mapping.domain_id, directory, userId, mapping.local_id)
        if (entry) await bringGroupsOf(ctx, mapping.domain_id, directory, entry)
      })
    },
    refuseWrite: async (ctx, domainId) => {
      if (await directoryOf(ctx, domainId)) throw forbiddenSilently()
    },
    refreshAll: async (ctx) => {
      readAt = Number.NEGATIVE_INFINITY
      // A directory of which nobody has been seen here yet is not asked: nothing here could be out of date.
      const domains = await store.listMappedDomainIds(ctx)
      await directoryOf(ctx, '')
      let failed = 0
      for (const id of domains) {
        const directory = opened.get(id)?.directory
        try {
          tell(directory ? await bringAll(ctx, id, directory) : await dropAll(ctx, id))
        } catch (error) {
          failed += 1
          ctx.log.warn({ domain_id: id, reason: messageOf(error) }, 'a directory cannot be read')
        }
      }
      return { domains: opened.size, failed }
    },
    forget: () => {
      readAt = Number.NEGATIVE_INFINITY
      fresh.clear()
    },
    close: async () => {
      await Promise.all([...opened.values()].map(({ directory }) => directory.close()))
    },
  }
}

/** Copies of a domain that has no directory any more. */
const dropAll = async (ctx: Ctx, domainId: string): Promise<boolean> => {
  const groups = await dropMissing(ctx, domainId, 'group', new Set())
  return (await dropMissing(ctx, domainId, 'user', new Set())) || groups
}

/** As Keystone answers where its directory is away: what went wrong is for the log alone. */
async function asked<T>(ctx: Ctx, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof DirectoryFailure)) throw error
    ctx.log.error({ reason: error.message }, 'a directory cannot be asked')
    throw internal('An unexpected error prevented the server from fulfilling your request.')
  }
}
