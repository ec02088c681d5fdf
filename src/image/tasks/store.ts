import type { Ctx } from '#platform/context.ts'

export type TaskStatus = 'pending' | 'processing' | 'success' | 'failure'

/** Work on an image that a caller asked for. Times are milliseconds; `input` and `result` are JSON. */
export type TaskRow = {
  id: string
  type: string
  status: TaskStatus
  owner: string | null
  image_id: string | null
  user_id: string | null
  request_id: string
  input: string
  result: string | null
  message: string
  created_at: number
  updated_at: number
  expires_at: number | null
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    image_tasks: TaskRow
  }
}

/** A task of the caller that has not begun. */
export const newTask = (ctx: Ctx, given: Pick<TaskRow, 'id' | 'type' | 'image_id' | 'input'>): TaskRow => ({
  ...given,
  status: 'pending',
  owner: ctx.caller.projectId,
  user_id: ctx.caller.userId,
  request_id: ctx.requestId,
  result: null,
  message: '',
  created_at: ctx.now,
  updated_at: ctx.now,
  expires_at: null,
})

export const insertTask = async (tx: Ctx, row: TaskRow): Promise<void> => {
  await tx.db.write.insertInto('image_tasks').values(row).execute()
}

export const findTask = (ctx: Ctx, id: string): Promise<TaskRow | undefined> =>
  ctx.db.read.selectFrom('image_tasks').selectAll().where('id', '=', id).executeTakeFirst()

export const listTasksOfImage = (ctx: Ctx, imageId: string): Promise<TaskRow[]> =>
  ctx.db.read.selectFrom('image_tasks').selectAll().where('image_id', '=', imageId).orderBy('created_at').execute()

/** Changes a task that is not over. */
export const changeTask = async (
  ctx: Ctx,
  id: string,
  changes: Partial<Pick<TaskRow, 'status' | 'message' | 'result' | 'expires_at' | 'updated_at'>>,
): Promise<void> => {
  await ctx.db.write
    .updateTable('image_tasks')
    .set(changes)
    .where('id', '=', id)
    .where('status', 'in', ['pending', 'processing'])
    .execute()
}

/** @returns how many went */
export const deleteExpiredTasks = async (ctx: Ctx, now: number): Promise<number> => {
  const { numDeletedRows } = await ctx.db.write
    .deleteFrom('image_tasks')
    .where('expires_at', '<', now)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

export type TaskQuery = {
  readonly status: TaskStatus | undefined
  readonly type: string | undefined
  readonly sortKey: TaskSortKey
  readonly direction: 'asc' | 'desc'
  readonly limit: number
  readonly marker: TaskRow | undefined
}

export const taskSortKeys = ['id', 'type', 'status', 'created_at', 'updated_at', 'expires_at', 'owner'] as const
export type TaskSortKey = (typeof taskSortKeys)[number]

export const listTasks = (ctx: Ctx, query: TaskQuery): Promise<TaskRow[]> => {
  const { status, type, sortKey, direction, limit, marker } = query
  let select = ctx.db.read.selectFrom('image_tasks').selectAll()
  if (status !== undefined) select = select.where('status', '=', status)
  if (type !== undefined) select = select.where('type', '=', type)
  if (marker !== undefined) {
    const beyond = direction === 'asc' ? '>' : '<'
    const value = marker[sortKey]
    select = select.where((eb) =>
      eb.or([
        eb(eb.ref(sortKey), beyond, value),
        eb.and([eb(eb.ref(sortKey), value === null ? 'is' : '=', value), eb('id', beyond, marker.id)]),
      ]),
    )
  }
  return select.orderBy(sortKey, direction).orderBy('id', direction).limit(limit).execute()
}
