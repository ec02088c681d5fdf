// Which endpoints a project's catalog shows: single ones, and groups of all that match some filters. A project with none sees every endpoint.

import type { Ctx } from '#platform/context.ts'
import { type Attributes, parseAttributes } from '../attributes.ts'

type GroupRow = { id: string; name: string; description: string | null; filters: string }

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_endpoint_groups: GroupRow
    identity_project_endpoints: { project_id: string; endpoint_id: string }
    identity_project_endpoint_groups: { project_id: string; endpoint_group_id: string }
  }
}

export type EndpointGroup = {
  readonly id: string
  readonly name: string
  readonly description: string | null
  /** Of `service_id`, `region_id`, `interface`: what an endpoint must have. */
  readonly filters: Attributes
}

const toGroup = ({ filters, ...row }: GroupRow): EndpointGroup => ({ ...row, filters: parseAttributes(filters) })
const toRow = ({ filters, ...group }: EndpointGroup): GroupRow => ({ ...group, filters: JSON.stringify(filters) })

export async function findEndpointGroup(ctx: Ctx, id: string): Promise<EndpointGroup | undefined> {
  const row = await ctx.db.read
    .selectFrom('identity_endpoint_groups')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  return row && toGroup(row)
}

/** The first 1,000, of that name where one is given. */
export async function listEndpointGroups(ctx: Ctx, name?: string): Promise<EndpointGroup[]> {
  let query = ctx.db.read.selectFrom('identity_endpoint_groups').selectAll().orderBy('id').limit(1000)
  if (name !== undefined) query = query.where('name', '=', name)
  return (await query.execute()).map(toGroup)
}

export async function insertEndpointGroup(ctx: Ctx, group: EndpointGroup): Promise<void> {
  await ctx.db.write.insertInto('identity_endpoint_groups').values(toRow(group)).execute()
}

export async function saveEndpointGroup(ctx: Ctx, group: EndpointGroup): Promise<void> {
  const { id, ...columns } = toRow(group)
  await ctx.db.write.updateTable('identity_endpoint_groups').set(columns).where('id', '=', id).execute()
}

export async function removeEndpointGroup(ctx: Ctx, id: string): Promise<void> {
  await ctx.db.write.deleteFrom('identity_project_endpoint_groups').where('endpoint_group_id', '=', id).execute()
  await ctx.db.write.deleteFrom('identity_endpoint_groups').where('id', '=', id).execute()
}

/** Every pair of project and endpoint, or of one of them. */
export function listProjectEndpoints(ctx: Ctx, { projectId, endpointId }: { projectId?: string; endpointId?: string }) {
  let query = ctx.db.read.selectFrom('identity_project_endpoints').selectAll()
  if (projectId !== undefined) query = query.where('project_id', '=', projectId)
  if (endpointId !== undefined) query = query.where('endpoint_id', '=', endpointId)
  return query.orderBy('project_id').orderBy('endpoint_id').execute()
}

export async function insertProjectEndpoint(ctx: Ctx, projectId: string, endpointId: string): Promise<void> {
  const row = { project_id: projectId, endpoint_id: endpointId }
  await ctx.db.write.insertInto('identity_project_endpoints').values(row).execute()
}

/** False: there was none. */
export async function removeProjectEndpoint(ctx: Ctx, projectId: string, endpointId: string): Promise<boolean> {
  const result = await ctx.db.write
    .deleteFrom('identity_project_endpoints')
    .where('project_id', '=', projectId)
    .where('endpoint_id', '=', endpointId)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

/** Every pair of project and group, or of one of them. */
export function listProjectGroups(ctx: Ctx, { projectId, groupId }: { projectId?: string; groupId?: string }) {
  let query = ctx.db.read.selectFrom('identity_project_endpoint_groups').selectAll()
  if (projectId !== undefined) query = query.where('project_id', '=', projectId)
  if (groupId !== undefined) query = query.where('endpoint_group_id', '=', groupId)
  return query.orderBy('project_id').orderBy('endpoint_group_id').execute()
}

export async function insertProjectGroup(ctx: Ctx, projectId: string, groupId: string): Promise<void> {
  const row = { project_id: projectId, endpoint_group_id: groupId }
  await ctx.db.write.insertInto('identity_project_endpoint_groups').values(row).execute()
}

/** False: there was none. */
export async function removeProjectGroup(ctx: Ctx, projectId: string, groupId: string): Promise<boolean> {
  const result = await ctx.db.write
    .deleteFrom('identity_project_endpoint_groups')
    .where('project_id', '=', projectId)
    .where('endpoint_group_id', '=', groupId)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

/** Projects or endpoints are gone. */
export async function removeEndpointFilters(
  ctx: Ctx,
  ids: { projectIds?: readonly string[]; endpointIds?: readonly string[] },
) {
  const { projectIds = [], endpointIds = [] } = ids
  if (projectIds.length > 0) {
    await ctx.db.write.deleteFrom('identity_project_endpoints').where('project_id', 'in', projectIds).execute()
    await ctx.db.write.deleteFrom('identity_project_endpoint_groups').where('project_id', 'in', projectIds).execute()
  }
  if (endpointIds.length > 0) {
    await ctx.db.write.deleteFrom('identity_project_endpoints').where('endpoint_id', 'in', endpointIds).execute()
  }
}
