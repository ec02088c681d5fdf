import type { Ctx } from '#platform/context.ts'
import { badRequest, CloudError, notFound } from '#platform/errors.ts'
import { getVisible } from '../images/operations/find.ts'
import { createImage } from '../images/operations/create.ts'
import { getImage } from '../images/operations/find.ts'
import { importImage, type Importing } from '../imports/operations/import.ts'
import { parseTask } from './body.ts'
import type { TaskListQuery } from './query.ts'
import { findTask, listTasks, listTasksOfImage, type TaskRow } from './store.ts'

/** @throws forbidden */
const enter = (ctx: Ctx): void => ctx.authorize('tasks_api_access')

/** @throws notFound, forbidden */
export const getTask = async (ctx: Ctx, id: string): Promise<TaskRow> => {
  enter(ctx)
  const task = await findTask(ctx, id)
  if (task === undefined) throw notFound(`Could not find task ${id}`)
  return task
}

/** A page of tasks, and the id the next one begins after. @throws forbidden, badRequest (marker) */
export const getTasks = async (
  ctx: Ctx,
  query: TaskListQuery,
): Promise<{ tasks: TaskRow[]; next: string | undefined }> => {
  enter(ctx)
  const marker = query.marker === undefined ? undefined : await findTask(ctx, query.marker)
  if (query.marker !== undefined && marker === undefined)
    throw badRequest(`Task with the given id ${query.marker} was not found`)
  const tasks = query.limit === 0 ? [] : await listTasks(ctx, { ...query, marker })
  return { tasks, next: tasks.length === query.limit ? tasks.at(-1)?.id : undefined }
}

/** The tasks of an image, oldest first. @throws notFound */
export const getTasksOfImage = async (ctx: Ctx, imageId: string): Promise<TaskRow[]> => {
  const image = await getVisible(ctx, imageId).catch((error: unknown) => {
    throw error instanceof CloudError && error.kind === 'notFound' ? notFound('') : error
  })
  await getImage(ctx, image.id)
  return listTasksOfImage(ctx, image.id)
}

/**
 * Makes an image and imports its data from the web.
 * @throws forbidden, badRequest
 */
export const createTask = async (ctx: Ctx, importing: Importing, body: unknown): Promise<TaskRow> => {
  enter(ctx)
  const input = parseTask(body)
  if (/^file(system)?:\/\/\//.test(input.import_from)) {
    throw badRequest('File based imports are not allowed. Please use a non-local source of image data.')
  }
  const image = await createImage(ctx, importing.limits, {
    disk_format: 'qcow2',
    container_format: 'bare',
    ...input.image_properties,
  })
  const request = {
    method: 'web-download',
    uri: input.import_from,
    stores: undefined,
    mustAllSucceed: true,
    token: '',
    fields: {},
  } as const
  const id = await importImage(ctx, importing, image.id, request, input, 'import')
  return getTask(ctx, id ?? '')
}
