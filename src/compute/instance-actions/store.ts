import type { Ctx } from '#platform/context.ts'

/** Something that was asked of a server, and how it ended. Times in milliseconds since the epoch. */
export type InstanceActionRow = {
  server_id: string
  request_id: string
  /** `create`, `stop`, `delete`, … */
  action: string
  user_id: string
  project_id: string
  host: string | null
  started_at: number
  finished_at: number | null
  /** Null while it is under way. */
  result: 'Success' | 'Error' | null
  message: string | null
  /** JSON: why the scheduler chose the host, where it did. */
  decision: string | null
  /** Why it failed, for operators: users get `message`. */
  reason: string | null
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    compute_instance_actions: InstanceActionRow
  }
}

/** Notes that something begins; its end is found by server and request. */
export const beginAction = (ctx: Ctx, server: { readonly id: string; readonly project_id: string }, action: string) =>
  ctx.db.write
    .insertInto('compute_instance_actions')
    .values({
      server_id: server.id,
      request_id: ctx.requestId,
      action,
      user_id: ctx.caller.userId,
      project_id: server.project_id,
      host: null,
      started_at: ctx.now,
      finished_at: null,
      result: null,
      message: null,
      decision: null,
      reason: null,
    })
    .execute()

/** Notes how it ended; `failure` in words, null where all went well; `decision` where a host was chosen. */
export const endAction = (ctx: Ctx, serverId: string, host: string | null, failure: string | null, decision?: object) =>
  ctx.db.write
    .updateTable('compute_instance_actions')
    .set({
      finished_at: ctx.now,
      result: failure === null ? 'Success' : 'Error',
      message: failure === null ? null : 'Error',
      reason: failure,
      decision: decision === undefined ? null : JSON.stringify(decision),
      host,
    })
    .where('server_id', '=', serverId)
    .where('request_id', '=', ctx.requestId)
    .where('finished_at', 'is', null)
    .execute()

/** The newest first, from behind the marker. */
export function listActions(
  ctx: Ctx,
  serverId: string,
  filter: {
    readonly since?: number | undefined
    readonly before?: number | undefined
    readonly after?: InstanceActionRow | undefined
    readonly limit: number
  },
): Promise<InstanceActionRow[]> {
  let query = ctx.db.read.selectFrom('compute_instance_actions').selectAll().where('server_id', '=', serverId)
  const { since, before, after } = filter
  if (since !== undefined)
    query = query.where((e) => e.or([e('finished_at', '>=', since), e('started_at', '>=', since)]))
  if (before !== undefined) query = query.where('started_at', '<=', before)
  if (after) {
    query = query.where((e) =>
      e.or([
        e('started_at', '<', after.started_at),
        e.and([e('started_at', '=', after.started_at), e('request_id', '<', after.request_id)]),
      ]),
    )
  }
  return query.orderBy('started_at', 'desc').orderBy('request_id', 'desc').limit(filter.limit).execute()
}

/** Every attempt to build the server, oldest first. */
export const listBuilds = (ctx: Ctx, serverId: string): Promise<InstanceActionRow[]> =>
  ctx.db.read
    .selectFrom('compute_instance_actions')
    .selectAll()
    .where('server_id', '=', serverId)
    .where('action', '=', 'create')
    .orderBy('started_at')
    .limit(1000)
    .execute()

/** What a request asked of servers, in the order it did. */
export const listActionsOfRequest = (ctx: Ctx, requestId: string): Promise<InstanceActionRow[]> =>
  ctx.db.read
    .selectFrom('compute_instance_actions')
    .selectAll()
    .where('request_id', '=', requestId)
    .orderBy('started_at')
    .limit(1000)
    .execute()

export const findAction = (ctx: Ctx, serverId: string, requestId: string): Promise<InstanceActionRow | undefined> =>
  ctx.db.read
    .selectFrom('compute_instance_actions')
    .selectAll()
    .where('server_id', '=', serverId)
    .where('request_id', '=', requestId)
    .executeTakeFirst()
