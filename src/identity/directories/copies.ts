// Brings what a directory says into the copies here, whatever part of it was asked for.

import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import type { Group } from '../groups/store.ts'
import type { User } from '../users/store.ts'
import { type Directory, type DirectoryGroup, type DirectoryUser, normalDn, type Wanted } from './drivers/driver.ts'
import { publicIdOf } from './rules.ts'
import * as store from './store.ts'

/** The ids here of what was found, and whether anything has changed here. */
export type Brought = { readonly ids: ReadonlySet<string>; readonly changed: boolean }

const toUser = (ctx: Ctx, domainId: string, user: DirectoryUser): User => ({
  id: publicIdOf(domainId, 'user', user.localId),
  domainId,
  name: user.name,
  enabled: user.enabled,
  defaultProjectId: user.defaultProjectId,
  password: null,
  failures: { count: 0, at: null },
  createdAt: ctx.now,
  lastActiveAt: null,
  options: {},
  extra: user.extra,
})

const toGroup = (domainId: string, group: DirectoryGroup): Group => ({
  id: publicIdOf(domainId, 'group', group.localId),
  domainId,
  name: group.name,
  description: group.description,
  extra: {},
})

const mappingOf = (
  domainId: string,
  entity_type: store.EntityType,
  { localId, dn }: { readonly localId: string; readonly dn: string },
): store.MappingRow => ({
  public_id: publicIdOf(domainId, entity_type, localId),
  domain_id: domainId,
  local_id: localId,
  entity_type,
  dn: normalDn(dn),
})

/** Users that the directory has just given. */
export function bringUsers(ctx: Ctx, domainId: string, found: readonly DirectoryUser[]): Promise<Brought> {
  const rows = unique(found.map((user) => toUser(ctx, domainId, user)))
  return inTransaction(ctx, async (tx) => {
    await store.saveMappings(
      tx,
      unique(
        found.map((user) => mappingOf(domainId, 'user', user)),
        'public_id',
      ),
    )
    const { changed, refused } = await store.saveUserCopies(tx, domainId, rows)
    warn(ctx, domainId, refused)
    return { changed, ids: new Set(rows.filter((row) => !refused.includes(row)).map(({ id }) => id)) }
  })
}

/** Groups that the directory has just given, with those of their members that are known here. */
export async function bringGroups(
  ctx: Ctx,
  domainId: string,
  directory: Directory,
  found: readonly DirectoryGroup[],
): Promise<Brought> {
  const rows = unique(found.map((group) => toGroup(domainId, group)))
  const known = await store.listMappings(ctx, domainId, 'user')
  const byName = new Map(known.map((row) => [directory.membersAreIds ? row.local_id : row.dn, row.public_id]))
  const directoryUsers = new Set(byName.values())
  const members = new Map(
    found.map((group) => [
      publicIdOf(domainId, 'group', group.localId),
      new Set(group.members.flatMap((name) => byName.get(directory.membersAreIds ? name : normalDn(name)) ?? [])),
    ]),
  )
  return inTransaction(ctx, async (tx) => {
    await store.saveMappings(
      tx,
      unique(
        found.map((group) => mappingOf(domainId, 'group', group)),
        'public_id',
      ),
    )
    const { changed, refused } = await store.saveGroupCopies(tx, domainId, rows)
    warn(ctx, domainId, refused)
    for (const { id } of refused) members.delete(id)
    const moved = await store.saveMembers(tx, members, (userId) => directoryUsers.has(userId))
    return { changed: changed || moved, ids: new Set(members.keys()) }
  })
}

/** Takes away the copies of a kind that a whole list no longer has. */
export const dropMissing = (
  ctx: Ctx,
  domainId: string,
  type: store.EntityType,
  ids: ReadonlySet<string>,
): Promise<boolean> =>
  inTransaction(ctx, async (tx) => {
    let changed = false
    for (const mapping of await store.listMappings(tx, domainId, type)) {
      if (!ids.has(mapping.public_id)) changed = (await store.removeCopy(tx, mapping)) || changed
    }
    return changed
  })

/** Reads all of a directory. True: something here has changed. */
export async function bringAll(ctx: Ctx, domainId: string, directory: Directory): Promise<boolean> {
  const users = await bringUsers(ctx, domainId, await directory.listUsers({ by: 'all' }))
  const groups = await bringGroups(ctx, domainId, directory, await directory.listGroups({ by: 'all' }))
  const lost = await dropMissing(ctx, domainId, 'user', users.ids)
  return (await dropMissing(ctx, domainId, 'group', groups.ids)) || lost || users.changed || groups.changed
}

/** Part of a list that the directory itself can pick, by Keystone's filters on names. */
export function wantedOf(query: Readonly<Record<string, string | string[] | undefined>>): Wanted {
  for (const [how, key] of [
    ['exact', 'name'],
    ['contains', 'name__contains'],
    ['startswith', 'name__startswith'],
    ['endswith', 'name__endswith'],
  ] as const) {
    const value = query[key]
    if (typeof value === 'string' && value !== '') return { by: 'name', value, how }
  }
  return { by: 'all' }
}

const unique = <Row extends object>(rows: readonly Row[], key = 'id'): Row[] => [
  ...new Map(rows.map((row) => [Reflect.get(row, key), row])).values(),
]

function warn(ctx: Ctx, domainId: string, refused: readonly { readonly name: string }[]): void {
  if (refused.length === 0) return
  const names = refused.slice(0, 5).map(({ name }) => name)
  ctx.log.warn(
    { domain_id: domainId, names, count: refused.length },
    'names of a directory that others have here already',
  )
}
