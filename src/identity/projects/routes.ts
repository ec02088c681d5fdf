import type { Ctx } from '#platform/context.ts'
import type { KeptLists } from '#platform/http/kept-lists.ts'
import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import { linkTo, listBody, queryOf } from '../lists.ts'
import type { LimitModel } from '../limits/rules.ts'
import { createProject } from './operations/create.ts'
import { deleteProject } from './operations/delete.ts'
import { getProjectWithRelatives, listProjects } from './operations/read.ts'
import { addTag, checkTag, listTags, removeTag, replaceTags, updateProject } from './operations/update.ts'
import * as schemas from './schemas.ts'
import { viewProject, viewRelatives } from './view.ts'

const viewTags = (ctx: Ctx, id: string, tags: readonly string[]) => ({
  links: { self: linkTo(ctx, `projects/${id}/tags`) },
  tags,
})

/** Keystone's projects: https://docs.openstack.org/api-ref/identity/v3/#projects and #project-tags */
export const projectRoutes = (lists: KeptLists, model: LimitModel) => [
  route({
    method: 'GET',
    path: '/v3/projects',
    status: 200,
    policy: 'identity:list_projects',
    query: schemas.listProjects,
    reply: schemas.projectsReply,
    handle: (ctx, { rawQuery }) =>
      lists.read(ctx, '/v3/projects', rawQuery, 'identity:list_projects', async () => {
        const { rows, more } = await listProjects(ctx, queryOf(rawQuery))
        const projects = rows.map((row) => viewProject(ctx, row))
        return listBody(ctx, '/v3/projects', rawQuery, 'projects', projects, more)
      }),
  }),
  route({
    method: 'POST',
    path: '/v3/projects',
    status: 201,
    policy: 'identity:create_project',
    body: schemas.createProject,
    reply: schemas.projectReply,
    handle: async (ctx, { body }) => ({ project: viewProject(ctx, await createProject(ctx, model, body.project)) }),
  }),
  route({
    method: 'GET',
    path: '/v3/projects/:project_id',
    status: 200,
    policy: 'identity:get_project',
    reply: schemas.projectReply,
    handle: async (ctx, { params, query }) => ({
      project: viewRelatives(ctx, await getProjectWithRelatives(ctx, params.project_id, query)),
    }),
  }),
  route({
    method: 'PATCH',
    path: '/v3/projects/:project_id',
    status: 200,
    policy: 'identity:update_project',
    body: schemas.updateProject,
    reply: schemas.projectReply,
    handle: async (ctx, { params, body }) => ({
      project: viewProject(ctx, await updateProject(ctx, params.project_id, body.project)),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v3/projects/:project_id',
    status: 204,
    policy: 'identity:delete_project',
    handle: (ctx, { params }) => deleteProject(ctx, params.project_id),
  }),
  route({
    method: 'GET',
    path: '/v3/projects/:project_id/tags',
    status: 200,
    policy: 'identity:list_project_tags',
    handle: async (ctx, { params }) => viewTags(ctx, params.project_id, await listTags(ctx, params.project_id)),
  }),
  route({
    method: 'PUT',
    path: '/v3/projects/:project_id/tags',
    status: 200,
    policy: 'identity:update_project_tags',
    body: schemas.updateTags,
    handle: async (ctx, { params, body }) =>
      viewTags(ctx, params.project_id, await replaceTags(ctx, params.project_id, body.tags)),
  }),
  route({
    method: 'DELETE',
    path: '/v3/projects/:project_id/tags',
    status: 204,
    policy: 'identity:delete_project_tags',
    handle: async (ctx, { params }) => {
      await replaceTags(ctx, params.project_id, [], 'identity:delete_project_tags')
    },
  }),
  route({
    method: 'GET',
    path: '/v3/projects/:project_id/tags/:value',
    status: 204,
    policy: 'identity:get_project_tag',
    handle: (ctx, { params }) => checkTag(ctx, params.project_id, params.value),
  }),
  route({
    method: 'PUT',
    path: '/v3/projects/:project_id/tags/:value',
    status: 201,
    policy: 'identity:create_project_tag',
    handle: async (ctx, { params }) => {
      await addTag(ctx, params.project_id, params.value)
      const location = linkTo(ctx, `projects/${params.project_id}/tags/${encodeURIComponent(params.value)}`)
      return reply({ headers: { location } })
    },
  }),
  route({
    method: 'DELETE',
    path: '/v3/projects/:project_id/tags/:value',
    status: 204,
    policy: 'identity:delete_project_tag',
    handle: (ctx, { params }) => removeTag(ctx, params.project_id, params.value),
  }),
]
