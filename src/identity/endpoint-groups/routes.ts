import { route } from '#platform/http/route.ts'
import { viewEndpoint } from '../endpoints/view.ts'
import { listBody } from '../lists.ts'
import { viewProject } from '../projects/view.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { viewEndpointGroup, viewGroupInProject } from './view.ts'

const groups = '/v3/OS-EP-FILTER/endpoint_groups'
const projects = '/v3/OS-EP-FILTER/projects'

/** Keystone's endpoint filters: https://docs.openstack.org/api-ref/identity/v3-ext/#os-ep-filter-api */
export const endpointGroupRoutes = [
  route({
    method: 'GET',
    path: groups,
    status: 200,
    policy: 'identity:list_endpoint_groups',
    query: schemas.listEndpointGroups,
    handle: async (ctx, { query, rawQuery }) => {
      const rows = await operations.listEndpointGroups(ctx, query.name)
      return listBody(
        ctx,
        groups,
        rawQuery,
        'endpoint_groups',
        rows.map((row) => viewEndpointGroup(ctx, row)),
      )
    },
  }),
  route({
    method: 'POST',
    path: groups,
    status: 201,
    policy: 'identity:create_endpoint_group',
    body: schemas.createEndpointGroup,
    handle: async (ctx, { body }) => ({
      endpoint_group: viewEndpointGroup(ctx, await operations.createEndpointGroup(ctx, body.endpoint_group)),
    }),
  }),
  route({
    method: 'GET',
    path: `${groups}/:endpoint_group_id`,
    status: 200,
    policy: 'identity:get_endpoint_group',
    handle: async (ctx, { params }) => ({
      endpoint_group: viewEndpointGroup(ctx, await operations.getEndpointGroup(ctx, params.endpoint_group_id)),
    }),
  }),
  route({
    method: 'PATCH',
    path: `${groups}/:endpoint_group_id`,
    status: 200,
    policy: 'identity:update_endpoint_group',
    body: schemas.updateEndpointGroup,
    handle: async (ctx, { params, body }) => ({
      endpoint_group: viewEndpointGroup(
        ctx,
        await operations.updateEndpointGroup(ctx, params.endpoint_group_id, body.endpoint_group),
      ),
    }),
  }),
  route({
    method: 'DELETE',
    path: `${groups}/:endpoint_group_id`,
    status: 204,
    policy: 'identity:delete_endpoint_group',
    handle: (ctx, { params }) => operations.deleteEndpointGroup(ctx, params.endpoint_group_id),
  }),
  route({
    method: 'GET',
    path: `${groups}/:endpoint_group_id/projects`,
    status: 200,
    policy: 'identity:list_projects_associated_with_endpoint_group',
    handle: async (ctx, { params, rawQuery }) => {
      const rows = await operations.listProjectsOfGroup(ctx, params.endpoint_group_id)
      const path = `${groups}/${params.endpoint_group_id}/projects`
      return listBody(
        ctx,
        path,
        rawQuery,
        'projects',
        rows.map((row) => viewProject(ctx, row)),
      )
    },
  }),
  route({
    method: 'GET',
    path: `${groups}/:endpoint_group_id/endpoints`,
    status: 200,
    policy: 'identity:list_endpoints_associated_with_endpoint_group',
    handle: async (ctx, { params, rawQuery }) => {
      const rows = await operations.listEndpointsOfGroup(ctx, params.endpoint_group_id)
      const path = `${groups}/${params.endpoint_group_id}/endpoints`
      return listBody(
        ctx,
        path,
        rawQuery,
        'endpoints',
        rows.map((row) => viewEndpoint(ctx, row)),
      )
    },
  }),
  route({
    method: 'GET',
    path: `${groups}/:endpoint_group_id/projects/:project_id`,
    status: 200,
    policy: 'identity:get_endpoint_group_in_project',
    handle: async (ctx, { params }) => {
      await operations.checkGroupInProject(ctx, params.endpoint_group_id, params.project_id)
      return { project_endpoint_group: viewGroupInProject(ctx, params.endpoint_group_id, params.project_id) }
    },
  }),
  route({
    method: 'PUT',
    path: `${groups}/:endpoint_group_id/projects/:project_id`,
    status: 204,
    policy: 'identity:add_endpoint_group_to_project',
    handle: (ctx, { params }) => operations.addGroupToProject(ctx, params.endpoint_group_id, params.project_id),
  }),
  route({
    method: 'DELETE',
    path: `${groups}/:endpoint_group_id/projects/:project_id`,
    status: 204,
    policy: 'identity:remove_endpoint_group_from_project',
    handle: (ctx, { params }) => operations.removeGroupFromProject(ctx, params.endpoint_group_id, params.project_id),
  }),
  route({
    method: 'GET',
    path: '/v3/OS-EP-FILTER/endpoints/:endpoint_id/projects',
    status: 200,
    policy: 'identity:list_projects_for_endpoint',
    handle: async (ctx, { params, rawQuery }) => {
      const rows = await operations.listProjectsOfEndpoint(ctx, params.endpoint_id)
      const path = `/v3/OS-EP-FILTER/endpoints/${params.endpoint_id}/projects`
      return listBody(
        ctx,
        path,
        rawQuery,
        'projects',
        rows.map((row) => viewProject(ctx, row)),
      )
    },
  }),
  route({
    method: 'GET',
    path: `${projects}/:project_id/endpoints`,
    status: 200,
    policy: 'identity:list_endpoints_for_project',
    handle: async (ctx, { params, rawQuery }) => {
      const rows = await operations.listEndpointsOfProject(ctx, params.project_id)
      const path = `${projects}/${params.project_id}/endpoints`
      return listBody(
        ctx,
        path,
        rawQuery,
        'endpoints',
        rows.map((row) => viewEndpoint(ctx, row)),
      )
    },
  }),
  route({
    method: 'GET',
    path: `${projects}/:project_id/endpoint_groups`,
    status: 200,
    policy: 'identity:list_endpoint_groups_for_project',
    handle: async (ctx, { params, rawQuery }) => {
      const rows = await operations.listGroupsOfProject(ctx, params.project_id)
      const path = `${projects}/${params.project_id}/endpoint_groups`
      return listBody(
        ctx,
        path,
        rawQuery,
        'endpoint_groups',
        rows.map((row) => viewEndpointGroup(ctx, row)),
      )
    },
  }),
  route({
    method: 'GET',
    path: `${projects}/:project_id/endpoints/:endpoint_id`,
    status: 204,
    policy: 'identity:check_endpoint_in_project',
    handle: (ctx, { params }) => operations.checkEndpointInProject(ctx, params.project_id, params.endpoint_id),
  }),
  route({
    method: 'PUT',
    path: `${projects}/:project_id/endpoints/:endpoint_id`,
    status: 204,
    policy: 'identity:add_endpoint_to_project',
    handle: (ctx, { params }) => operations.addEndpointToProject(ctx, params.project_id, params.endpoint_id),
  }),
  route({
    method: 'DELETE',
    path: `${projects}/:project_id/endpoints/:endpoint_id`,
    status: 204,
    policy: 'identity:remove_endpoint_from_project',
    handle: (ctx, { params }) => operations.removeEndpointFromProject(ctx, params.project_id, params.endpoint_id),
  }),
]
