import type { Ctx } from '#platform/context.ts'
import { applyListing, inOrder, type Listing } from '../listing/listing.ts'
import { seesEverything } from '../visibility.ts'

export type SecurityGroupRuleRow = {
  id: string
  project_id: string
  description: string
  revision_number: number
  created_at: number
  updated_at: number
  security_group_id: string
  direction: string
  ethertype: string
  protocol: string | null
  port_range_min: number | null
  port_range_max: number | null
  remote_ip_prefix: string | null
  remote_group_id: string | null
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    network_security_group_rules: SecurityGroupRuleRow
  }
}

const visible = (ctx: Ctx) => {
  const query = ctx.db.read.selectFrom('network_security_group_rules').selectAll()
  return seesEverything(ctx) ? query : query.where('project_id', '=', ctx.caller.projectId ?? '')
}

export const listRules = async (ctx: Ctx, listing: Listing): Promise<SecurityGroupRuleRow[]> =>
  inOrder(listing, await applyListing(visible(ctx), listing).execute())

export const findRule = (ctx: Ctx, id: string): Promise<SecurityGroupRuleRow | undefined> =>
  visible(ctx).where('id', '=', id).executeTakeFirst()

/** The rules of some groups. */
export const listRulesOf = async (ctx: Ctx, groupIds: readonly string[]): Promise<SecurityGroupRuleRow[]> =>
  groupIds.length === 0
    ? []
    : ctx.db.read
        .selectFrom('network_security_group_rules')
        .selectAll()
        .where('security_group_id', 'in', groupIds)
        .orderBy('created_at')
        .orderBy('id')
        .execute()

export const insertRules = async (ctx: Ctx, rows: readonly SecurityGroupRuleRow[]): Promise<void> => {
  if (rows.length > 0) await ctx.db.write.insertInto('network_security_group_rules').values(rows).execute()
}

export const deleteRule = (ctx: Ctx, id: string) =>
  ctx.db.write.deleteFrom('network_security_group_rules').where('id', '=', id).execute()

export const deleteRulesOf = (ctx: Ctx, groupId: string) =>
  ctx.db.write
    .deleteFrom('network_security_group_rules')
    .where((e) => e.or([e('security_group_id', '=', groupId), e('remote_group_id', '=', groupId)]))
    .execute()

/** Groups with rules that name the group as their remote end. */
export const listGroupsWithRemote = async (ctx: Ctx, groupId: string): Promise<string[]> => {
  const rows = await ctx.db.read
    .selectFrom('network_security_group_rules')
    .select('security_group_id')
    .distinct()
    .where('remote_group_id', '=', groupId)
    .execute()
  return rows.map((row) => row.security_group_id)
}
