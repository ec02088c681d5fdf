import type { Ctx } from '#platform/context.ts'
import type { ServerRow } from '../servers/store/tables.ts'
import type { Period } from './rules.ts'

const columns = [
  'id',
  'name',
  'project_id',
  'vm_state',
  'flavor',
  'vcpus',
  'memory_mb',
  'root_gb',
  'ephemeral_gb',
  'launched_at',
  'terminated_at',
] as const

export type UsedServer = Pick<ServerRow, (typeof columns)[number]>

/** Servers that were there in the period, deleted ones too, by project and id, from behind the marker. */
export function listServersInPeriod(
  ctx: Ctx,
  { start, stop }: Period,
  page: {
    readonly projectId: string | undefined
    readonly after: Pick<ServerRow, 'project_id' | 'id'> | undefined
    readonly limit: number
  },
): Promise<UsedServer[]> {
  const { projectId, after, limit } = page
  let query = ctx.db.read
    .selectFrom('compute_servers')
    .select(columns)
    .where('launched_at', '<', stop)
    .where((e) => e.or([e('terminated_at', 'is', null), e('terminated_at', '>', start)]))
    .orderBy('project_id')
    .orderBy('id')
    .limit(limit)
  if (projectId !== undefined) query = query.where('project_id', '=', projectId)
  if (after !== undefined) {
    query = query.where((e) =>
      e.or([
        e('project_id', '>', after.project_id),
        e.and([e('project_id', '=', after.project_id), e('id', '>', after.id)]),
      ]),
    )
  }
  return query.execute()
}
