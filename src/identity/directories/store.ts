// What is known here of a directory's entries: a mapping to the id that each has here, which outlives the entry, and a copy of it among
// the other users and groups, so that lists, roles and tokens treat all alike.

import type { Ctx } from '#platform/context.ts'
import { type Group, insertGroup, listGroupsByIds, removeGroup, saveGroup } from '../groups/store.ts'
import { insertUser, listUsersByIds, removeUser, saveUser, type User } from '../users/store.ts'

export type EntityType = 'user' | 'group'

/** `dn` is normalised. */
export type MappingRow = {
  public_id: string
  domain_id: string
  local_id: string
  entity_type: EntityType
  dn: string
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_id_mappings: MappingRow
  }
}

const AT_ONCE = 300

export const findMapping = (ctx: Ctx, publicId: string): Promise<MappingRow | undefined> =>
  ctx.db.read.selectFrom('identity_id_mappings').selectAll().where('public_id', '=', publicId).executeTakeFirst()

/** Mappings of a domain, in no order. */
export function listMappings(ctx: Ctx, domainId: string, type: EntityType): Promise<MappingRow[]> {
  const query = ctx.db.read.selectFrom('identity_id_mappings').selectAll()
  return query.where('domain_id', '=', domainId).where('entity_type', '=', type).execute()
}

export async function listMappedDomainIds(ctx: Ctx): Promise<string[]> {
  const rows = await ctx.db.read.selectFrom('identity_id_mappings').select('domain_id').distinct().execute()
  return rows.map(({ domain_id }) => domain_id)
}

/** Domains with a driver of their own, of whatever kind. */
export async function listDomainIdsWithDriver(ctx: Ctx): Promise<string[]> {
  const query = ctx.db.read.selectFrom('identity_domain_configs').select('domain_id')
  const rows = await query.where('group_name', '=', 'identity').where('option_name', '=', 'driver').execute()
  return rows.map(({ domain_id }) => domain_id)
}

/** Writes mappings that are new or whose entry has moved. In a transaction. */
export async function saveMappings(ctx: Ctx, rows: readonly MappingRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const part = rows.slice(from, from + AT_ONCE)
    const ids = part.map(({ public_id }) => public_id)
    const query = ctx.db.read.selectFrom('identity_id_mappings').select(['public_id', 'dn'])
    const known = new Map((await query.where('public_id', 'in', ids).execute()).map((row) => [row.public_id, row.dn]))
    const added = part.filter(({ public_id }) => !known.has(public_id))
    if (added.length > 0) await ctx.db.write.insertInto('identity_id_mappings').values(added).execute()
    for (const { public_id, dn } of part) {
      if (!known.has(public_id) || known.get(public_id) === dn) continue
      await ctx.db.write.updateTable('identity_id_mappings').set({ dn }).where('public_id', '=', public_id).execute()
    }
  }
}

type Kept = { readonly id: string; readonly domainId: string; readonly name: string }
type Copies<Row extends Kept> = {
  readonly list: (ctx: Ctx, ids: readonly string[]) => Promise<Row[]>
  readonly insert: (ctx: Ctx, row: Row) => Promise<void>
  readonly save: (ctx: Ctx, row: Row) => Promise<void>
  readonly remove: (ctx: Ctx, id: string) => Promise<void>
  /** What of a known copy stays although the entry says nothing of it. */
  readonly merge: (known: Row, given: Row) => Row
}

const users: Copies<User> = {
  list: listUsersByIds,
  insert: insertUser,
  save: saveUser,
  remove: removeUser,
  merge: (known, given) => ({
    ...known,
    name: given.name,
    enabled: given.enabled,
    defaultProjectId: given.defaultProjectId,
    extra: given.extra,
  }),
}
const groups: Copies<Group> = {
  list: listGroupsByIds,
  insert: insertGroup,
  save: saveGroup,
  remove: removeGroup,
  merge: (_known, given) => given,
}

/** Writes copies of entries that are new or have changed. Entries whose name another has are left out. In a transaction. */
async function saveCopies<Row extends Kept>(
  ctx: Ctx,
  copies: Copies<Row>,
  rows: readonly Row[],
  holders: ReadonlyMap<string, string>,
): Promise<{ readonly changed: boolean; readonly refused: readonly Row[] }> {
  const refused: Row[] = []
  const taken = new Map(holders)
  let changed = false
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const part = rows.slice(from, from + AT_ONCE)
    const ids = part.map(({ id }) => id)
    const known = new Map((await copies.list(ctx, ids)).map((row) => [row.id, row]))
    for (const given of part) {
      if ((taken.get(given.name) ?? given.id) !== given.id) {
        refused.push(given)
        continue
      }
      taken.set(given.name, given.id)
      const before = known.get(given.id)
      const after = before ? copies.merge(before, given) : given
      if (before && JSON.stringify(before) === JSON.stringify(after)) continue
      await (before ? copies.save(ctx, after) : copies.insert(ctx, after))
      changed = true
    }
  }
  return { changed, refused }
}

/** Names that are taken in a domain → by whom; of one name where it is given. */
async function listHolders(
  ctx: Ctx,
  table: 'identity_users' | 'identity_groups',
  domainId: string,
  names: readonly string[],
): Promise<Map<string, string>> {
  const holders = new Map<string, string>()
  for (let from = 0; from < names.length; from += AT_ONCE) {
    const part = names.slice(from, from + AT_ONCE)
    const query = ctx.db.read.selectFrom(table).select(['id', 'name']).where('domain_id', '=', domainId)
    for (const { id, name } of await query.where('name', 'in', part).execute()) holders.set(name, id)
  }
  return holders
}

const namesOf = (rows: readonly Kept[]): string[] => rows.map(({ name }) => name)

export const saveUserCopies = async (ctx: Ctx, domainId: string, rows: readonly User[]) =>
  saveCopies(ctx, users, rows, await listHolders(ctx, 'identity_users', domainId, namesOf(rows)))

export const saveGroupCopies = async (ctx: Ctx, domainId: string, rows: readonly Group[]) =>
  saveCopies(ctx, groups, rows, await listHolders(ctx, 'identity_groups', domainId, namesOf(rows)))

/** Removes the copy of an entry that is gone; false: there was none. Mapping and roles stay, should it come back. */
export async function removeCopy(ctx: Ctx, { entity_type, public_id }: MappingRow): Promise<boolean> {
  if (entity_type === 'group') {
    if ((await listGroupsByIds(ctx, [public_id])).length === 0) return false
    await groups.remove(ctx, public_id)
  } else {
    if ((await listUsersByIds(ctx, [public_id])).length === 0) return false
    await users.remove(ctx, public_id)
  }
  return true
}

/** Which mappings are purged; absent: any. */
export type MappingFilter = {
  readonly domainId?: string | undefined
  readonly publicId?: string | undefined
  readonly localId?: string | undefined
  readonly type?: EntityType | undefined
}

/** Forgets mappings. Gives those that were forgotten. */
export async function removeMappings(ctx: Ctx, filter: MappingFilter): Promise<MappingRow[]> {
  let query = ctx.db.read.selectFrom('identity_id_mappings').selectAll()
  if (filter.domainId !== undefined) query = query.where('domain_id', '=', filter.domainId)
  if (filter.publicId !== undefined) query = query.where('public_id', '=', filter.publicId)
  if (filter.localId !== undefined) query = query.where('local_id', '=', filter.localId)
  if (filter.type !== undefined) query = query.where('entity_type', '=', filter.type)
  const rows = await query.execute()
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const ids = rows.slice(from, from + AT_ONCE).map(({ public_id }) => public_id)
    await ctx.db.write.deleteFrom('identity_id_mappings').where('public_id', 'in', ids).execute()
  }
  return rows
}

/** Makes the members of some groups these; only users of the directory are put in and taken out. In a transaction. */
export async function saveMembers(
  ctx: Ctx,
  members: ReadonlyMap<string, ReadonlySet<string>>,
  concerned: (userId: string) => boolean,
): Promise<boolean> {
  const groupIds = [...members.keys()]
  let changed = false
  for (let from = 0; from < groupIds.length; from += AT_ONCE) {
    const part = groupIds.slice(from, from + AT_ONCE)
    const query = ctx.db.read.selectFrom('identity_memberships').selectAll()
    const present = new Set<string>()
    for (const { group_id, user_id } of await query.where('group_id', 'in', part).execute()) {
      if (members.get(group_id)?.has(user_id) === true) present.add(`${group_id} ${user_id}`)
      else if (concerned(user_id)) {
        const gone = ctx.db.write.deleteFrom('identity_memberships').where('group_id', '=', group_id)
        await gone.where('user_id', '=', user_id).execute()
        changed = true
      }
    }
    const added = part.flatMap((group_id) =>
      [...(members.get(group_id) ?? [])]
        .filter((user_id) => concerned(user_id) && !present.has(`${group_id} ${user_id}`))
        .map((user_id) => ({ group_id, user_id })),
    )
    for (let at = 0; at < added.length; at += AT_ONCE) {
      await ctx.db.write
        .insertInto('identity_memberships')
        .values(added.slice(at, at + AT_ONCE))
        .execute()
      changed = true
    }
  }
  return changed
}

/** Takes a user out of the directory's groups that are not among these. */
export async function removeOtherMemberships(
  ctx: Ctx,
  domainId: string,
  userId: string,
  groupIds: ReadonlySet<string>,
): Promise<boolean> {
  const rows = await ctx.db.read
    .selectFrom('identity_memberships as m')
    .innerJoin('identity_id_mappings as g', 'g.public_id', 'm.group_id')
    .select('m.group_id')
    .where('m.user_id', '=', userId)
    .where('g.domain_id', '=', domainId)
    .execute()
  const left = rows.map(({ group_id }) => group_id).filter((id) => !groupIds.has(id))
  if (left.length === 0) return false
  const query = ctx.db.write.deleteFrom('identity_memberships').where('user_id', '=', userId)
  await query.where('group_id', 'in', left).execute()
  return true
}
