import { sql } from 'kysely'
import type { Ctx } from '#platform/context.ts'
import type { Queries } from '#platform/db/db.ts'
import { type Attributes, parseAttributes } from '../attributes.ts'
import type { Page } from '../lists.ts'
import { insertNames, nameConditions, removeName, saveName } from '../names/store.ts'

type GroupRow = { id: string; domain_id: string; name: string; description: string | null; extra: string }

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_groups: GroupRow
    identity_memberships: { group_id: string; user_id: string }
  }
}

export type Group = {
  readonly id: string
  readonly domainId: string
  readonly name: string
  readonly description: string | null
  readonly extra: Attributes
}

const select = (queries: Queries) => queries.selectFrom('identity_groups as g').selectAll('g')

const toGroup = (row: GroupRow): Group => ({
  id: row.id,
  domainId: row.domain_id,
  name: row.name,
  description: row.description,
  extra: parseAttributes(row.extra),
})

const toRow = (group: Group): GroupRow => ({
  id: group.id,
  domain_id: group.domainId,
  name: group.name,
  description: group.description,
  extra: JSON.stringify(group.extra),
})

export async function findGroup(ctx: Ctx, id: string): Promise<Group | undefined> {
  const row = await select(ctx.db.read).where('g.id', '=', id).executeTakeFirst()
  return row && toGroup(row)
}

export async function findGroupByName(ctx: Ctx, name: string, domainId: string): Promise<Group | undefined> {
  const row = await select(ctx.db.read)
    .where('g.domain_id', '=', domainId)
    .where('g.name', '=', name)
    .executeTakeFirst()
  return row && toGroup(row)
}

/** Columns by which lists of groups are filtered. */
export const groupFilters = {
  id: 'g.id',
  domain_id: 'g.domain_id',
  name: 'g.name',
  description: 'g.description',
} as const

/** One page in the order of ids, and one row more where there are more. `userId`: groups of that user only. */
export async function listGroups(ctx: Ctx, page: Page, userId?: string): Promise<Group[]> {
  let query = select(ctx.db.read)
    .orderBy('g.id')
    .limit(page.limit + 1)
  if (userId !== undefined) {
    const ids = await listGroupIdsOfUser(ctx, userId)
    if (ids.length === 0) return []
    query = query.where('g.id', 'in', ids)
  }
  for (const condition of await nameConditions(ctx, 'group', 'g.id', page.pieces)) query = query.where(condition)
  for (const condition of page.conditions) query = query.where(condition)
  if (page.marker !== undefined) query = query.where('g.id', '>', page.marker)
  return (await query.execute()).map(toGroup)
}

export async function listGroupsByIds(ctx: Ctx, ids: readonly string[]): Promise<Group[]> {
  if (ids.length === 0) return []
  return (await select(ctx.db.read).where('g.id', 'in', ids).execute()).map(toGroup)
}

export async function listGroupIdsInDomain(ctx: Ctx, domainId: string): Promise<string[]> {
  const rows = await ctx.db.read.selectFrom('identity_groups').select('id').where('domain_id', '=', domainId).execute()
  return rows.map(({ id }) => id)
}

/** In a transaction. */
export async function insertGroup(ctx: Ctx, group: Group): Promise<void> {
  await ctx.db.write.insertInto('identity_groups').values(toRow(group)).execute()
  await insertNames(ctx, 'group', [group])
}

/** In a transaction. */
export async function saveGroup(ctx: Ctx, group: Group): Promise<void> {
  const { id, ...columns } = toRow(group)
  await saveName(ctx, 'group', await findGroup(ctx, id), group)
  await ctx.db.write.updateTable('identity_groups').set(columns).where('id', '=', id).execute()
}

/** In a transaction. */
export async function removeGroup(ctx: Ctx, id: string): Promise<void> {
  const group = await findGroup(ctx, id)
  if (group) await removeName(ctx, 'group', group)
  await ctx.db.write.deleteFrom('identity_memberships').where('group_id', '=', id).execute()
  await ctx.db.write.deleteFrom('identity_groups').where('id', '=', id).execute()
}

/** Groups of a user, those included that it is in by a provider's word which still counts. */
export async function listGroupIdsOfUser(ctx: Ctx, userId: string): Promise<string[]> {
  const rows = await ctx.db.read
    .selectFrom('identity_memberships')
    .select('group_id')
    .where('user_id', '=', userId)
    .union((eb) =>
      eb
        .selectFrom('identity_expiring_memberships as e')
        .innerJoin('identity_identity_providers as i', 'i.id', 'e.idp_id')
        .select('e.group_id')
        .where('e.user_id', '=', userId)
        .where(membershipEnd, '>', ctx.now),
    )
    .execute()
  return rows.map(({ group_id }) => group_id)
}

/** When a membership by a provider's word ends, in milliseconds since 1970. */
const membershipEnd = sql<number>`e.last_verified + coalesce(i.authorization_ttl, e.default_ttl) * 60000`

/** When each membership of a user ends that does so by itself: group id → milliseconds since 1970. */
export async function listMembershipEnds(ctx: Ctx, userId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await ctx.db.read
    .selectFrom('identity_expiring_memberships as e')
    .innerJoin('identity_identity_providers as i', 'i.id', 'e.idp_id')
    .select(['e.group_id', membershipEnd.as('ends_at')])
    .where('e.user_id', '=', userId)
    .where(membershipEnd, '>', ctx.now)
    .execute()
  return new Map(rows.map(({ group_id, ends_at }) => [group_id, ends_at]))
}

/** Members of several groups at once. */
export async function listMemberships(
  ctx: Ctx,
  groupIds: readonly string[],
): Promise<{ group_id: string; user_id: string }[]> {
  if (groupIds.length === 0) return []
  return ctx.db.read.selectFrom('identity_memberships').selectAll().where('group_id', 'in', groupIds).execute()
}

/** Whether a user is a member for good: what a provider says is asked of `listGroupIdsOfUser`. */
export async function isMember(ctx: Ctx, groupId: string, userId: string): Promise<boolean> {
  const row = await ctx.db.read
    .selectFrom('identity_memberships')
    .select('user_id')
    .where('group_id', '=', groupId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row !== undefined
}

export async function insertMembership(ctx: Ctx, groupId: string, userId: string): Promise<void> {
  await ctx.db.write.insertInto('identity_memberships').values({ group_id: groupId, user_id: userId }).execute()
}

/** False: the user was no member. */
export async function removeMembership(ctx: Ctx, groupId: string, userId: string): Promise<boolean> {
  const result = await ctx.db.write
    .deleteFrom('identity_memberships')
    .where('group_id', '=', groupId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

export async function removeMembershipsOfUser(ctx: Ctx, userId: string): Promise<void> {
  await ctx.db.write.deleteFrom('identity_memberships').where('user_id', '=', userId).execute()
}
