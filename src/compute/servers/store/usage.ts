import type { Ctx } from '#platform/context.ts'

/** What servers take together. */
export type Usage = {
  readonly servers: number
  readonly vcpus: number
  readonly memoryMb: number
  readonly diskGb: number
}

const sums = (ctx: Ctx) =>
  ctx.db.write
    .selectFrom('compute_servers')
    .select((e) => [
      e.fn.countAll<number | string>().as('servers'),
      e.fn.sum<number | string | null>('vcpus').as('vcpus'),
      e.fn.sum<number | string | null>('memory_mb').as('memory'),
      e.fn.sum<number | string | null>('root_gb').as('disk'),
    ])

// MariaDB's driver gives sums as text.
const toUsage = (
  row: { [K in 'servers' | 'vcpus' | 'memory' | 'disk']: number | string | null } | undefined,
): Usage => ({
  servers: Number(row?.servers ?? 0),
  vcpus: Number(row?.vcpus ?? 0),
  memoryMb: Number(row?.memory ?? 0),
  diskGb: Number(row?.disk ?? 0),
})

/** What a project's servers take: the count that quota is checked against. */
export const usageOfProject = async (ctx: Ctx, projectId: string): Promise<Usage> =>
  toUsage(await sums(ctx).where('project_id', '=', projectId).where('deleted_at', 'is', null).executeTakeFirst())

/** What runs on each host. */
export async function usageByHost(ctx: Ctx): Promise<Map<string, Usage>> {
  const rows = await sums(ctx)
    .select('host')
    .where('deleted_at', 'is', null)
    .where('host', 'is not', null)
    .groupBy('host')
    .execute()
  return new Map(rows.map((row) => [row.host ?? '', toUsage(row)]))
}

/** What each project's servers take of a host. */
export async function usageByProject(ctx: Ctx, host: string): Promise<Map<string, Usage>> {
  const rows = await sums(ctx)
    .select('project_id')
    .where('deleted_at', 'is', null)
    .where('host', '=', host)
    .groupBy('project_id')
    .orderBy('project_id')
    .execute()
  return new Map(rows.map((row) => [row.project_id, toUsage(row)]))
}

export async function countServersOnHost(ctx: Ctx, host: string): Promise<number> {
  const usage = toUsage(await sums(ctx).where('host', '=', host).where('deleted_at', 'is', null).executeTakeFirst())
  return usage.servers
}
