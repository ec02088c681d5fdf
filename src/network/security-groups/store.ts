import type { Ctx } from '#platform/context.ts'
import { applyListing, inOrder, type Listing } from '../listing/listing.ts'
import { revised } from '../standard.ts'
import { seesEverything } from '../visibility.ts'

export type SecurityGroupRow = {
  id: string
  project_id: string
  name: string
  description: string
  tags: string
  revision_number: number
  created_at: number
  updated_at: number
  stateful: number
  default_for: string | null
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    network_security_groups: SecurityGroupRow
  }
}

const visible = (ctx: Ctx) => {
  const query = ctx.db.read.selectFrom('network_security_groups').selectAll()
  return seesEverything(ctx) ? query : query.where('project_id', '=', ctx.caller.projectId ?? '')
}

export const listSecurityGroups = async (ctx: Ctx, listing: Listing): Promise<SecurityGroupRow[]> =>
  inOrder(listing, await applyListing(visible(ctx), listing).execute())

export const findSecurityGroup = (ctx: Ctx, id: string): Promise<SecurityGroupRow | undefined> =>
  visible(ctx).where('id', '=', id).executeTakeFirst()

/** Groups by id, whoever they belong to. */
export const findSecurityGroups = async (ctx: Ctx, ids: readonly string[]): Promise<SecurityGroupRow[]> =>
  ids.length === 0 ? [] : ctx.db.read.selectFrom('network_security_groups').selectAll().where('id', 'in', ids).execute()

/** Groups of a project with one of the names or ids: what a server may ask for. */
export const findGroupsByNameOrId = (
  ctx: Ctx,
  projectId: string,
  words: readonly string[],
): Promise<SecurityGroupRow[]> =>
  ctx.db.read
    .selectFrom('network_security_groups')
    .selectAll()
    .where('project_id', '=', projectId)
    .where((e) => e.or([e('id', 'in', words), e('name', 'in', words)]))
    .execute()

export const findDefaultGroup = (ctx: Ctx, projectId: string): Promise<{ id: string } | undefined> =>
  ctx.db.read.selectFrom('network_security_groups').select('id').where('default_for', '=', projectId).executeTakeFirst()

export const listSecurityGroupIds = async (ctx: Ctx): Promise<string[]> =>
  (await ctx.db.read.selectFrom('network_security_groups').select('id').execute()).map((row) => row.id)

export const insertSecurityGroup = (ctx: Ctx, row: SecurityGroupRow) =>
  ctx.db.write.insertInto('network_security_groups').values(row).execute()

/** Changes columns, and counts the revision up. */
export const updateSecurityGroup = (ctx: Ctx, id: string, changes: Partial<Omit<SecurityGroupRow, 'id'>>) =>
  ctx.db.write.updateTable('network_security_groups').set(revised(ctx, changes)).where('id', '=', id).execute()

export const deleteSecurityGroup = (ctx: Ctx, id: string) =>
  ctx.db.write.deleteFrom('network_security_groups').where('id', '=', id).execute()
