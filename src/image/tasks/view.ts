import { isoSeconds } from '#platform/clock.ts'
import type { TaskRow } from './store.ts'

const parsed = (json: string | null): unknown => {
  const value: unknown = json === null ? null : JSON.parse(json)
  return value
}

/** A task in a list. */
export const viewTaskStub = (task: TaskRow) => ({
  id: task.id,
  type: task.type,
  status: task.status,
  owner: task.owner,
  created_at: isoSeconds(task.created_at),
  updated_at: isoSeconds(task.updated_at),
  self: `/v2/tasks/${task.id}`,
  schema: '/v2/schemas/task',
  ...(task.image_id === null ? {} : { image_id: task.image_id }),
  request_id: task.request_id,
  ...(task.user_id === null ? {} : { user_id: task.user_id }),
  ...(task.expires_at === null ? {} : { expires_at: isoSeconds(task.expires_at) }),
})

/** A task by itself. */
export const viewTask = (task: TaskRow) => ({
  ...viewTaskStub(task),
  input: parsed(task.input),
  result: parsed(task.result),
  message: task.message,
})

/** `2026-11-21T03:37:19.000000`: how Glance writes what it takes straight from its database. */
const bare = (ms: number): string => `${new Date(ms).toISOString().slice(0, 23)}000`

/** A task among those of its image, as its row is. */
export const viewTaskOfImage = (task: TaskRow) => ({
  id: task.id,
  type: task.type,
  status: task.status,
  owner: task.owner,
  image_id: task.image_id,
  user_id: task.user_id,
  request_id: task.request_id,
  input: parsed(task.input),
  result: parsed(task.result),
  message: task.message,
  created_at: bare(task.created_at),
  updated_at: bare(task.updated_at),
  expires_at: task.expires_at === null ? null : bare(task.expires_at),
  deleted: false,
  deleted_at: null,
})
