import { sql } from 'kysely'
import type { Ctx } from '#platform/context.ts'
import { upsert } from '#platform/db/write.ts'
import type { QuotaResource } from './rules.ts'

/** A limit that differs from the default. */
export type QuotaRow = { project_id: string; resource: string; amount: number }

declare module '#platform/db/tables.ts' {
  interface Tables {
    network_quotas: QuotaRow
  }
}

const TABLES: { readonly [resource in QuotaResource]: string | null } = {
  network: 'network_networks',
  subnet: 'network_subnets',
  subnetpool: 'network_subnetpools',
  port: 'network_ports',
  router: 'network_routers',
  floatingip: 'network_floatingips',
  rbac_policy: null,
  security_group: 'network_security_groups',
  security_group_rule: 'network_security_group_rules',
}

export const listQuotas = (ctx: Ctx, projectId: string): Promise<QuotaRow[]> =>
  ctx.db.read.selectFrom('network_quotas').selectAll().where('project_id', '=', projectId).execute()

/** Every limit that was set, by project. */
export const listAllQuotas = (ctx: Ctx): Promise<QuotaRow[]> =>
  ctx.db.read.selectFrom('network_quotas').selectAll().orderBy('project_id').execute()

export const setQuota = (ctx: Ctx, projectId: string, resource: string, amount: number): Promise<void> =>
  upsert(
    () =>
      ctx.db.write
        .updateTable('network_quotas')
        .set({ amount })
        .where('project_id', '=', projectId)
        .where('resource', '=', resource)
        .executeTakeFirstOrThrow(),
    () => ctx.db.write.insertInto('network_quotas').values({ project_id: projectId, resource, amount }).execute(),
  )

export const deleteQuotas = (ctx: Ctx, projectId: string) =>
  ctx.db.write.deleteFrom('network_quotas').where('project_id', '=', projectId).execute()

/** How many objects of a kind a project has. */
export async function countUsed(ctx: Ctx, projectId: string, resource: QuotaResource): Promise<number> {
  const table = TABLES[resource]
  if (table === null) return 0
  const query = sql<{ n: number }>`select count(*) as n from ${sql.table(table)} where project_id = ${projectId}`
  return (await query.execute(ctx.db.read)).rows[0]?.n ?? 0
}

/** A project's own limit for a kind of object, if it has one, and how many it has: in one query. */
export async function findUsage(
  ctx: Ctx,
  projectId: string,
  resource: QuotaResource,
): Promise<{ limit: number | null; used: number }> {
  const table = TABLES[resource]
  const limit = sql`(select amount from network_quotas where project_id = ${projectId} and resource = ${resource})`
  const used = table === null ? sql`0` : sql`(select count(*) from ${sql.table(table)} where project_id = ${projectId})`
  const found = await sql<{
    limit: number | null
    used: number
  }>`select ${limit} as ${sql.ref('limit')}, ${used} as used`.execute(ctx.db.read)
  return found.rows[0] ?? { limit: null, used: 0 }
}
