import type { Ctx } from '#platform/context.ts'
import type { ServerRow } from './tables.ts'

/** Sees every project's servers: an administrator, or the cloud itself. */
const seesAll = (ctx: Ctx): boolean => ctx.caller.roles.includes('admin')

/** A server that the caller may see, or might have seen before it was deleted. */
export function findSeenServer(ctx: Ctx, id: string): Promise<ServerRow | undefined> {
  const query = ctx.db.read.selectFrom('compute_servers').selectAll().where('id', '=', id)
  return (seesAll(ctx) ? query : query.where('project_id', '=', ctx.caller.projectId ?? '')).executeTakeFirst()
}

/** A server that the caller may see. */
export async function findServer(ctx: Ctx, id: string): Promise<ServerRow | undefined> {
  const row = await findSeenServer(ctx, id)
  return row?.deleted_at === null ? row : undefined
}

/** Any server, deleted ones too: for sagas, which were allowed when they began. */
export const findAnyServer = (ctx: Ctx, id: string): Promise<ServerRow | undefined> =>
  ctx.db.read.selectFrom('compute_servers').selectAll().where('id', '=', id).executeTakeFirst()

/** Columns that a list can be filtered by for equality, and sorted by. */
export type SortKey =
  | 'created_at'
  | 'updated_at'
  | 'name'
  | 'id'
  | 'vm_state'
  | 'task_state'
  | 'power_state'
  | 'project_id'
  | 'user_id'
  | 'host'
  | 'image_id'
  | 'availability_zone'
  | 'launched_at'
  | 'terminated_at'
  | 'launch_index'
  | 'key_name'
  | 'locked_by'
  | 'config_drive'

/** What a list is narrowed to; absent parts narrow nothing. */
export type ServerFilter = {
  readonly projectId?: string | undefined
  readonly userId?: string | undefined
  readonly ids?: readonly string[] | undefined
  /** Part of the name: Nova takes a regular expression; the store is given what of it is plain text. */
  readonly name?: string | undefined
  readonly vmStates?: readonly string[] | undefined
  readonly taskStates?: readonly (string | null)[] | undefined
  readonly equal?: Partial<
    Pick<
      ServerRow,
      | 'host'
      | 'node_id'
      | 'image_id'
      | 'availability_zone'
      | 'key_name'
      | 'hostname'
      | 'reservation_id'
      | 'description'
      | 'power_state'
      | 'config_drive'
      | 'access_ip_v4'
      | 'access_ip_v6'
      | 'launch_index'
    >
  >
  readonly flavorId?: string | undefined
  readonly locked?: boolean | undefined
  readonly deleted?: boolean | undefined
  readonly changedSince?: number | undefined
  readonly changedBefore?: number | undefined
  readonly sort: readonly { readonly key: SortKey; readonly descending: boolean }[]
  readonly marker?: ServerRow | undefined
  readonly limit: number
}

const likeText = (text: string): string => `%${text.replace(/[%_]/g, '')}%`

/** Servers of the filter, one row more than a page holds. */
export function listServers(ctx: Ctx, filter: ServerFilter): Promise<ServerRow[]> {
  let query = ctx.db.read.selectFrom('compute_servers').selectAll()
  const {
    projectId,
    userId,
    ids,
    name,
    vmStates,
    taskStates,
    equal,
    flavorId,
    locked,
    deleted,
    changedSince,
    changedBefore,
    marker,
  } = filter
  if (projectId !== undefined) query = query.where('project_id', '=', projectId)
  if (userId !== undefined) query = query.where('user_id', '=', userId)
  if (ids !== undefined) query = query.where('id', 'in', ids)
  if (name !== undefined) query = query.where('name', 'like', likeText(name))
  if (vmStates !== undefined) query = query.where('vm_state', 'in', vmStates)
  if (taskStates !== undefined) {
    const named = taskStates.filter((state) => state !== null)
    query = query.where((e) =>
      e.or([
        ...(named.length > 0 ? [e('task_state', 'in', named)] : []),
        ...(taskStates.includes(null) ? [e('task_state', 'is', null)] : []),
      ]),
    )
  }
  if (flavorId !== undefined)
    query = query.where('flavor', 'like', `{"id":${JSON.stringify(flavorId).replace(/[%_]/g, '')},%`)
  if (locked !== undefined) query = query.where('locked_by', locked ? 'is not' : 'is', null)
  if (deleted !== undefined) query = query.where('deleted_at', deleted ? 'is not' : 'is', null)
  if (changedSince !== undefined) query = query.where('updated_at', '>=', changedSince)
  if (changedBefore !== undefined) query = query.where('updated_at', '<=', changedBefore)
  if (equal) query = query.where((e) => e.and(equal))
  if (marker) {
    // What follows the marker in the order: equal in the first keys, beyond it in the next.
    query = query.where((e) =>
      e.or(
        filter.sort.map((_, depth) =>
          e.and(
            filter.sort.slice(0, depth + 1).map(({ key, descending }, index) => {
              const value = marker[key]
              if (index < depth) return value === null ? e(key, 'is', null) : e(key, '=', value)
              return value === null ? e(key, 'is not', null) : e(key, descending ? '<' : '>', value)
            }),
          ),
        ),
      ),
    )
  }
  for (const { key, descending } of filter.sort) query = query.orderBy(key, descending ? 'desc' : 'asc')
  return query.limit(filter.limit).execute()
}

/** Every live server, as far as others keep something for it. */
export const listLiveServers = (ctx: Ctx) =>
  ctx.db.read
    .selectFrom('compute_servers')
    .select(['id', 'number', 'host', 'node_id', 'vm_state', 'task_state'])
    .where('deleted_at', 'is', null)
    .execute()

/** Live servers of a host: what its hypervisor should have. */
export const listServersOnHost = (ctx: Ctx, host: string) =>
  ctx.db.read
    .selectFrom('compute_servers')
    .select(['id', 'number', 'vm_state', 'task_state', 'power_state', 'revision'])
    .where('host', '=', host)
    .where('deleted_at', 'is', null)
    .execute()
