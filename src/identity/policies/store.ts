// Policy files that a cloud hands out to services elsewhere, and what each is for. Where a kind of association has no place for a
// column, the column is ''.

import type { Ctx } from '#platform/context.ts'
import { type Attributes, parseAttributes } from '../attributes.ts'
import type { Page } from '../lists.ts'

type PolicyRow = { id: string; type: string; blob: string; extra: string }

/** One policy for one endpoint, one service, or one service in a region. */
export type Association = { policy_id: string; endpoint_id: string; service_id: string; region_id: string }

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_policies: PolicyRow
    identity_policy_associations: Association
  }
}

export type Policy = {
  readonly id: string
  /** MIME type of the blob. */
  readonly type: string
  readonly blob: string
  readonly extra: Attributes
}

const toPolicy = (row: PolicyRow): Policy => ({ ...row, extra: parseAttributes(row.extra) })
const toRow = (policy: Policy): PolicyRow => ({ ...policy, extra: JSON.stringify(policy.extra) })

export async function findPolicy(ctx: Ctx, id: string): Promise<Policy | undefined> {
  const row = await ctx.db.read.selectFrom('identity_policies').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toPolicy(row)
}

export const policyFilters = { type: 'type' } as const

/** One page in the order of ids, and one row more where there are more. */
export async function listPolicies(ctx: Ctx, page: Page): Promise<Policy[]> {
  let query = ctx.db.read
    .selectFrom('identity_policies')
    .selectAll()
    .orderBy('id')
    .limit(page.limit + 1)
  for (const condition of page.conditions) query = query.where(condition)
  if (page.marker !== undefined) query = query.where('id', '>', page.marker)
  return (await query.execute()).map(toPolicy)
}

export async function insertPolicy(ctx: Ctx, policy: Policy): Promise<void> {
  await ctx.db.write.insertInto('identity_policies').values(toRow(policy)).execute()
}

export async function savePolicy(ctx: Ctx, policy: Policy): Promise<void> {
  const { id, ...columns } = toRow(policy)
  await ctx.db.write.updateTable('identity_policies').set(columns).where('id', '=', id).execute()
}

export async function removePolicy(ctx: Ctx, id: string): Promise<void> {
  await ctx.db.write.deleteFrom('identity_policy_associations').where('policy_id', '=', id).execute()
  await ctx.db.write.deleteFrom('identity_policies').where('id', '=', id).execute()
}

export const listAssociations = (ctx: Ctx, policyId?: string): Promise<Association[]> => {
  const query = ctx.db.read.selectFrom('identity_policy_associations').selectAll()
  return (policyId === undefined ? query : query.where('policy_id', '=', policyId)).execute()
}

/** A place has one policy: another one takes it over. */
export async function saveAssociation(ctx: Ctx, row: Association): Promise<void> {
  await removeAssociation(ctx, row)
  await ctx.db.write.insertInto('identity_policy_associations').values(row).execute()
}

/** Whatever policy a place has. */
export async function removeAssociation(ctx: Ctx, place: Omit<Association, 'policy_id'>): Promise<void> {
  await ctx.db.write
    .deleteFrom('identity_policy_associations')
    .where('endpoint_id', '=', place.endpoint_id)
    .where('service_id', '=', place.service_id)
    .where('region_id', '=', place.region_id)
    .execute()
}
