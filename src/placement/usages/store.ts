import type { Ctx } from '#platform/context.ts'

/** What consumers of one type use of one class. */
export type UsageRow = { readonly resource_class: string; readonly consumer_type: string | null; readonly used: number }

const consumersOf = (ctx: Ctx, projectId: string, userId: string | undefined) => {
  const query = ctx.db.read
    .selectFrom('placement_allocations')
    .innerJoin('placement_consumers', 'placement_consumers.uuid', 'placement_allocations.consumer_uuid')
    .where('project_id', '=', projectId)
  return userId === undefined ? query : query.where('user_id', '=', userId)
}

/** Sums by class and consumer type. */
export const sumUsages = async (ctx: Ctx, projectId: string, userId: string | undefined): Promise<UsageRow[]> => {
  const rows = await consumersOf(ctx, projectId, userId)
    .select((eb) => ['resource_class', 'consumer_type', eb.fn.sum<number | string>('used').as('used')])
    .groupBy(['resource_class', 'consumer_type'])
    .orderBy('resource_class')
    .execute()
  // MariaDB sums to a decimal, which comes as text.
  return rows.map((row) => ({ ...row, used: Number(row.used) }))
}

/** Number of consumers of each type. */
export const countConsumers = async (
  ctx: Ctx,
  projectId: string,
  userId: string | undefined,
): Promise<Map<string | null, number>> => {
  const rows = await consumersOf(ctx, projectId, userId)
    .select((eb) => ['consumer_type', eb.fn.count<number | string>('consumer_uuid').distinct().as('count')])
    .groupBy('consumer_type')
    .execute()
  return new Map(rows.map((row) => [row.consumer_type, Number(row.count)]))
}
