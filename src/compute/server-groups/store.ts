import { type Generated, sql } from 'kysely'
import type { Ctx } from '#platform/context.ts'
import type { Policy, Seating } from './rules.ts'

/** A group of servers, which hold its id. `turn` counts those who have chosen hosts for its servers, one after another. */
export type ServerGroupRow = {
  number: number
  id: string
  name: string
  project_id: string
  user_id: string
  policy: Policy
  /** Of `anti-affinity`, where it was said. */
  max_server_per_host: number | null
  turn: number
  created_at: number
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    compute_server_groups: Omit<ServerGroupRow, 'number'> & { number: Generated<number> }
  }
}

export const findServerGroup = (ctx: Ctx, id: string): Promise<ServerGroupRow | undefined> =>
  ctx.db.read.selectFrom('compute_server_groups').selectAll().where('id', '=', id).executeTakeFirst()

/** A page of a project's groups, or of all, oldest first. */
export function listServerGroups(
  ctx: Ctx,
  projectId: string | undefined,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<ServerGroupRow[]> {
  const query = ctx.db.read
    .selectFrom('compute_server_groups')
    .selectAll()
    .orderBy('number')
    .limit(limit)
    .offset(offset)
  return (projectId === undefined ? query : query.where('project_id', '=', projectId)).execute()
}

export async function countServerGroups(ctx: Ctx, projectId: string): Promise<number> {
  const row = await ctx.db.read
    .selectFrom('compute_server_groups')
    .select((e) => e.fn.countAll<number | string>().as('count'))
    .where('project_id', '=', projectId)
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}

export const insertServerGroup = (ctx: Ctx, row: Omit<ServerGroupRow, 'number'>) =>
  ctx.db.write.insertInto('compute_server_groups').values(row).execute()

/** Deletes a group; its servers stay where they are. */
export async function deleteServerGroup(tx: Ctx, id: string): Promise<void> {
  await tx.db.write
    .updateTable('compute_servers')
    .set({ server_group_id: null, revision: sql<number>`revision + 1` })
    .where('server_group_id', '=', id)
    .execute()
  await tx.db.write.deleteFrom('compute_server_groups').where('id', '=', id).execute()
}

/** Until the transaction ends nobody else may choose a host for a server of this group, or add one. */
export const takeTurn = (tx: Ctx, id: string) =>
  tx.db.write.updateTable('compute_server_groups').set({ turn: sql<number>`turn + 1` }).where('id', '=', id).execute()

/** The servers of these groups that are not deleted. */
export const listMembers = async (
  ctx: Ctx,
  groups: readonly string[],
): Promise<{ id: string; user_id: string; host: string | null; server_group_id: string | null }[]> =>
  groups.length === 0
    ? []
    : ctx.db.read
        .selectFrom('compute_servers')
        .select(['id', 'user_id', 'host', 'server_group_id'])
        .where('server_group_id', 'in', groups)
        .where('deleted_at', 'is', null)
        .orderBy('number')
        .execute()

/** Where the servers of a group are, but for one that looks for a host; undefined where there is no such group. */
export async function findSeating(ctx: Ctx, id: string, serverId: string): Promise<Seating | undefined> {
  const row = await findServerGroup(ctx, id)
  if (row === undefined) return undefined
  const membersOn = new Map<string, number>()
  for (const member of await listMembers(ctx, [id])) {
    if (member.host === null || member.id === serverId) continue
    membersOn.set(member.host, (membersOn.get(member.host) ?? 0) + 1)
  }
  return { policy: row.policy, maxPerHost: row.max_server_per_host ?? 1, membersOn }
}
