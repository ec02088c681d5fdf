import type { Ctx } from '#platform/context.ts'
import { linkTo } from '../lists.ts'
import type { EndpointGroup } from './store.ts'

/** An endpoint group as the API shows it. */
export const viewEndpointGroup = (ctx: Ctx, { id, name, description, filters }: EndpointGroup) => ({
  id,
  name,
  description,
  filters,
  links: { self: linkTo(ctx, `OS-EP-FILTER/endpoint_groups/${id}`) },
})

/** That a group is for a project. */
export const viewGroupInProject = (ctx: Ctx, groupId: string, projectId: string) => ({
  endpoint_group_id: groupId,
  project_id: projectId,
  links: { self: linkTo(ctx, `OS-EP-FILTER/endpoint_groups/${groupId}/projects/${projectId}`) },
})
