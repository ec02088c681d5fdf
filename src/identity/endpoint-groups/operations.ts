import type { Ctx } from '#platform/context.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { notFound } from '#platform/errors.ts'
import { newHexId } from '#platform/ids.ts'
import type { Attributes } from '../attributes.ts'
import { type Endpoint, findEndpoint, listAllEndpoints } from '../endpoints/store.ts'
import { conflictIn, expecting, notFoundIn, validationError } from '../errors.ts'
import { findProject, listProjectsByIds, type Project } from '../projects/store.ts'
import { FILTERS, matchesFilters } from './rules.ts'
import type { CreateEndpointGroup, UpdateEndpointGroup } from './schemas.ts'
import * as store from './store.ts'

/** @throws notFound */
export async function getEndpointGroup(ctx: Ctx, id: string): Promise<store.EndpointGroup> {
  const group = await store.findEndpointGroup(ctx, id)
  if (!group) throw notFoundIn('Endpoint Group', id)
  return group
}

export const listEndpointGroups = (ctx: Ctx, name: string | undefined): Promise<store.EndpointGroup[]> =>
  store.listEndpointGroups(ctx, name)

/** @throws badRequest (filters) */
export async function createEndpointGroup(ctx: Ctx, body: CreateEndpointGroup): Promise<store.EndpointGroup> {
  if (Object.keys(body.filters).length === 0) throw validationError('filters field is required and cannot be empty')
  checkFilters(body.filters)
  const { name, description = null, filters } = body
  const group = { id: newHexId(), name, description, filters }
  await store.insertEndpointGroup(ctx, group)
  return group
}

/** @throws notFound, badRequest (filters) */
export async function updateEndpointGroup(
  ctx: Ctx,
  id: string,
  body: UpdateEndpointGroup,
): Promise<store.EndpointGroup> {
  const old = await getEndpointGroup(ctx, id)
  if (body.filters) checkFilters(body.filters)
  const group = {
    id,
    name: body.name ?? old.name,
    description: body.description === undefined ? old.description : body.description,
    filters: body.filters ?? old.filters,
  }
  await store.saveEndpointGroup(ctx, group)
  return group
}

/** @throws notFound */
export async function deleteEndpointGroup(ctx: Ctx, id: string): Promise<void> {
  await getEndpointGroup(ctx, id)
  await store.removeEndpointGroup(ctx, id)
}

function checkFilters(filters: Attributes): void {
  const known: readonly string[] = FILTERS
  if (!Object.keys(filters).every((name) => known.includes(name))) {
    throw expecting(FILTERS.join(' or '), 'endpoint_group')
  }
}

/** Endpoints of a group. @throws notFound */
export async function listEndpointsOfGroup(ctx: Ctx, id: string): Promise<Endpoint[]> {
  const { filters } = await getEndpointGroup(ctx, id)
  return (await listAllEndpoints(ctx)).filter((endpoint) => matchesFilters(endpoint, filters))
}

/** Projects a group is for. @throws notFound */
export async function listProjectsOfGroup(ctx: Ctx, id: string): Promise<Project[]> {
  await getEndpointGroup(ctx, id)
  const pairs = await store.listProjectGroups(ctx, { groupId: id })
  return listProjectsByIds(
    ctx,
    pairs.map(({ project_id }) => project_id),
  )
}

/** Projects an endpoint is for. @throws notFound */
export async function listProjectsOfEndpoint(ctx: Ctx, id: string): Promise<Project[]> {
  await checkEndpoint(ctx, id)
  const pairs = await store.listProjectEndpoints(ctx, { endpointId: id })
  return listProjectsByIds(
    ctx,
    pairs.map(({ project_id }) => project_id),
  )
}

/** Endpoints that were chosen for a project, singly or by groups; none: it sees all. @throws notFound */
export async function listEndpointsOfProject(ctx: Ctx, projectId: string): Promise<Endpoint[]> {
  await checkProject(ctx, projectId)
  const single = new Set((await store.listProjectEndpoints(ctx, { projectId })).map(({ endpoint_id }) => endpoint_id))
  const groups = await listGroupsOfProject(ctx, projectId)
  return (await listAllEndpoints(ctx)).filter(
    (endpoint) => single.has(endpoint.id) || groups.some(({ filters }) => matchesFilters(endpoint, filters)),
  )
}

/** @throws notFound */
export async function listGroupsOfProject(ctx: Ctx, projectId: string): Promise<store.EndpointGroup[]> {
  await checkProject(ctx, projectId)
  const ids = new Set(
    (await store.listProjectGroups(ctx, { projectId })).map(({ endpoint_group_id }) => endpoint_group_id),
  )
  return (await store.listEndpointGroups(ctx)).filter(({ id }) => ids.has(id))
}

/** @throws notFound */
export async function addEndpointToProject(ctx: Ctx, projectId: string, endpointId: string): Promise<void> {
  await checkEndpoint(ctx, endpointId)
  await checkProject(ctx, projectId)
  await once(() => store.insertProjectEndpoint(ctx, projectId, endpointId))
}

/** @throws notFound */
export async function checkEndpointInProject(ctx: Ctx, projectId: string, endpointId: string): Promise<void> {
  await checkEndpoint(ctx, endpointId)
  await checkProject(ctx, projectId)
  const pairs = await store.listProjectEndpoints(ctx, { projectId, endpointId })
  if (pairs.length === 0) throw noPair(endpointId, projectId)
}

/** @throws notFound */
export async function removeEndpointFromProject(ctx: Ctx, projectId: string, endpointId: string): Promise<void> {
  if (!(await store.removeProjectEndpoint(ctx, projectId, endpointId))) throw noPair(endpointId, projectId)
}

/** @throws notFound */
export async function addGroupToProject(ctx: Ctx, groupId: string, projectId: string): Promise<void> {
  await checkProject(ctx, projectId)
  await getEndpointGroup(ctx, groupId)
  try {
    await store.insertProjectGroup(ctx, projectId, groupId)
  } catch (error) {
    throw isUniqueViolation(error) ? conflictIn('project_endpoint_group', 'Duplicate entry') : error
  }
}

/** @throws notFound */
export async function checkGroupInProject(ctx: Ctx, groupId: string, projectId: string): Promise<void> {
  await checkProject(ctx, projectId)
  await getEndpointGroup(ctx, groupId)
  const pairs = await store.listProjectGroups(ctx, { projectId, groupId })
  if (pairs.length === 0) throw noGroupPair()
}

/** @throws notFound */
export async function removeGroupFromProject(ctx: Ctx, groupId: string, projectId: string): Promise<void> {
  await checkProject(ctx, projectId)
  await getEndpointGroup(ctx, groupId)
  if (!(await store.removeProjectGroup(ctx, projectId, groupId))) throw noGroupPair()
}

const noPair = (endpointId: string, projectId: string) =>
  notFound(`Endpoint ${endpointId} not found in project ${projectId}`)
const noGroupPair = () => notFound('Endpoint Group Project Association not found')

async function checkProject(ctx: Ctx, id: string): Promise<void> {
  if (!(await findProject(ctx, id))) throw notFoundIn('project', id)
}

async function checkEndpoint(ctx: Ctx, id: string): Promise<void> {
  if (!(await findEndpoint(ctx, id))) throw notFoundIn('endpoint', id)
}

/** Putting a pair there twice is putting it there once. */
async function once(write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
  }
}
