import { badRequest } from '#platform/errors.ts'
import { isUuid } from '#platform/ids.ts'
import { type TaskSortKey, taskSortKeys, type TaskStatus } from './store.ts'

const USUAL_LIMIT = 25
const MAX_LIMIT = 1000
const STATUSES = ['pending', 'processing', 'success', 'failure'] as const

/** What a list of tasks was asked for. */
export type TaskListQuery = {
  readonly limit: number
  readonly marker: string | undefined
  readonly sortKey: TaskSortKey
  readonly direction: 'asc' | 'desc'
  readonly status: TaskStatus | undefined
  readonly type: string | undefined
}

const isStatus = (text: string): text is TaskStatus => STATUSES.some((status) => status === text)
const isSortKey = (text: string): text is TaskSortKey => taskSortKeys.some((key) => key === text)

/** @throws badRequest */
export const parseTaskQuery = (query: URLSearchParams): TaskListQuery => {
  const direction = query.get('sort_dir') ?? 'desc'
  if (direction !== 'asc' && direction !== 'desc') throw badRequest(`Invalid sort direction: ${direction}`)
  const status = query.get('status') || undefined
  if (status !== undefined && !isStatus(status)) throw badRequest(`Invalid status value: ${status}`)
  const type = query.get('type') || undefined
  if (type !== undefined && type !== 'import') throw badRequest(`Invalid type value: ${type}`)
  const marker = query.get('marker') || undefined
  if (marker !== undefined && !isUuid(marker)) throw badRequest('Invalid marker format')
  const sortKey = query.get('sort_key') ?? 'created_at'
  if (!isSortKey(sortKey)) throw badRequest('Sort key supplied was not valid.')
  return { limit: parseLimit(query.get('limit')), marker, sortKey, direction, status, type }
}

const parseLimit = (text: string | null): number => {
  if (text === null) return USUAL_LIMIT
  if (!/^\s*[+-]?\d+\s*$/.test(text)) throw badRequest('limit param must be an integer')
  if (Number(text) < 0) throw badRequest('limit param must be positive')
  return Math.min(Number(text), MAX_LIMIT)
}
