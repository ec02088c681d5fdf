import type { Ctx } from '#platform/context.ts'
import { upsert } from '#platform/db/write.ts'
import { defaultQuotas, isQuotaName, type QuotaName, type Quotas } from './rules.ts'

declare module '#platform/db/tables.ts' {
  interface Tables {
    /** `user_id` is empty for the limit of the whole project. */
    compute_quotas: { project_id: string; user_id: string; resource: string; hard_limit: number }
  }
}

/** The project whose limits are everybody's defaults: Nova's quota class `default`. */
export const defaultClass = 'default'

/** A project's limits: its own, else the operator's defaults, else Nova's. */
export async function getQuotas(ctx: Ctx, projectId: string): Promise<Quotas> {
  const rows = await ctx.db.read
    .selectFrom('compute_quotas')
    .select(['project_id', 'resource', 'hard_limit'])
    .where('project_id', 'in', [projectId, defaultClass])
    .where('user_id', '=', '')
    .execute()
  const limits: Record<QuotaName, number> = { ...defaultQuotas }
  // Defaults first, so that the project's own overwrite them.
  for (const row of rows.toSorted((a) => (a.project_id === defaultClass ? -1 : 1))) {
    if (isQuotaName(row.resource)) limits[row.resource] = row.hard_limit
  }
  return limits
}

export const setQuota = (ctx: Ctx, projectId: string, resource: QuotaName, limit: number): Promise<void> =>
  upsert(
    () =>
      ctx.db.write
        .updateTable('compute_quotas')
        .set({ hard_limit: limit })
        .where('project_id', '=', projectId)
        .where('user_id', '=', '')
        .where('resource', '=', resource)
        .executeTakeFirst(),
    () =>
      ctx.db.write
        .insertInto('compute_quotas')
        .values({ project_id: projectId, user_id: '', resource, hard_limit: limit })
        .execute(),
  )

/** Back to the defaults. */
export const deleteQuotas = (ctx: Ctx, projectId: string) =>
  ctx.db.write.deleteFrom('compute_quotas').where('project_id', '=', projectId).execute()
