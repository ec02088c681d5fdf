import { Type } from 'typebox'
import { methodNotAllowed } from '#platform/errors.ts'
import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import type { Importing } from '../imports/operations/import.ts'
import { createTask, getTask, getTasks, getTasksOfImage } from './operations.ts'
import { parseTaskQuery } from './query.ts'
import { viewTask, viewTaskOfImage, viewTaskStub } from './view.ts'

/** Tasks: https://docs.openstack.org/api-ref/image/v2/#tasks */
export const taskRoutes = (importing: Importing) => [
  route({
    method: 'GET',
    path: '/v2/tasks',
    status: 200,
    policy: 'tasks_api_access',
    handle: async (ctx, { rawQuery }) => {
      const query = new URLSearchParams(rawQuery)
      const { tasks, next } = await getTasks(ctx, parseTaskQuery(query))
      query.delete('marker')
      const first = query.toString()
      if (next !== undefined) query.set('marker', next)
      return {
        tasks: tasks.map(viewTaskStub),
        first: first === '' ? '/v2/tasks' : `/v2/tasks?${first}`,
        schema: '/v2/schemas/tasks',
        ...(next === undefined ? {} : { next: `/v2/tasks?${query.toString()}` }),
      }
    },
  }),
  route({
    method: 'POST',
    path: '/v2/tasks',
    status: 201,
    policy: 'tasks_api_access',
    body: Type.Unknown(),
    handle: async (ctx, { body }) => {
      const task = await createTask(ctx, importing, body)
      return reply({
        headers: { 'content-type': 'application/json', location: `/v2/tasks/${task.id}` },
        body: JSON.stringify(viewTask(task)),
      })
    },
  }),
  route({
    method: 'GET',
    path: '/v2/tasks/:task_id',
    status: 200,
    policy: 'tasks_api_access',
    handle: async (ctx, { params }) => viewTask(await getTask(ctx, params.task_id)),
  }),
  route({
    method: 'DELETE',
    path: '/v2/tasks/:task_id',
    status: 204,
    policy: 'tasks_api_access',
    handle: (ctx) => {
      ctx.authorize('tasks_api_access')
      throw methodNotAllowed(
        'This operation is currently not permitted on Glance Tasks. They are auto deleted after reaching the time ' +
          'based on their expires_at property.',
        { headers: { allow: 'GET' } },
      )
    },
  }),
  route({
    method: 'GET',
    path: '/v2/images/:image_id/tasks',
    status: 200,
    policy: 'get_image',
    handle: async (ctx, { params }) => ({ tasks: (await getTasksOfImage(ctx, params.image_id)).map(viewTaskOfImage) }),
  }),
]
