import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { forbidden, notFound } from '#platform/errors.ts'
import { newHexId } from '#platform/ids.ts'
import { conflictIn, expecting, validationError } from '../errors.ts'
import { cut, type ListQuery, pageOf } from '../lists.ts'
import { findProject, listProjectsInDomain } from '../projects/store.ts'
import { findRegion } from '../regions/store.ts'
import { findService } from '../services/store.ts'
import { checkHierarchy } from './hierarchy.ts'
import type { LimitModel, Wanted } from './rules.ts'
import type { CreateLimit, CreateRegisteredLimit, UpdateLimit, UpdateRegisteredLimit } from './schemas.ts'
import * as store from './store.ts'

/** @throws notFound */
export async function getRegisteredLimit(ctx: Ctx, id: string): Promise<store.RegisteredLimit> {
  const limit = await store.findRegisteredLimit(ctx, id)
  if (!limit) throw notFound(`Could not find registered limit for ${id}.`)
  return limit
}

export async function listRegisteredLimits(ctx: Ctx, query: ListQuery) {
  const page = pageOf(query, store.registeredLimitFilters)
  return cut(await store.listRegisteredLimits(ctx, page), page)
}

/** Creates all or none. @throws badRequest (service, region), conflict */
export const createRegisteredLimits = (
  ctx: Ctx,
  bodies: readonly CreateRegisteredLimit[],
): Promise<store.RegisteredLimit[]> =>
  inTransaction(ctx, async (tx) => {
    const limits: store.RegisteredLimit[] = []
    for (const body of bodies) {
      await checkPlace(tx, body, 'registered_limit')
      const limit = {
        id: newHexId(),
        serviceId: body.service_id,
        regionId: body.region_id ?? null,
        resourceName: body.resource_name,
        defaultLimit: body.default_limit,
        description: body.description ?? null,
      }
      await unique('registered_limit', () => store.insertRegisteredLimit(tx, limit))
      limits.push(limit)
    }
    return limits
  })

/** @throws notFound, badRequest, conflict, forbidden (limits rest on it) */
export const updateRegisteredLimit = (
  ctx: Ctx,
  id: string,
  body: UpdateRegisteredLimit,
): Promise<store.RegisteredLimit> =>
  inTransaction(ctx, async (tx) => {
    const old = await getRegisteredLimit(tx, id)
    await checkPlace(tx, body, 'registered_limit')
    if (await store.isReferenced(tx, id)) throw inUse(id)
    const limit = {
      id,
      serviceId: body.service_id ?? old.serviceId,
      regionId: body.region_id === undefined ? old.regionId : body.region_id,
      resourceName: body.resource_name ?? old.resourceName,
      defaultLimit: body.default_limit ?? old.defaultLimit,
      description: body.description === undefined ? old.description : body.description,
    }
    await unique('registered_limit', () => store.saveRegisteredLimit(tx, limit))
    return limit
  })

/** @throws notFound, forbidden (limits rest on it) */
export const deleteRegisteredLimit = (ctx: Ctx, id: string): Promise<void> =>
  inTransaction(ctx, async (tx) => {
    await getRegisteredLimit(tx, id)
    if (await store.isReferenced(tx, id)) throw inUse(id)
    await store.removeRegisteredLimit(tx, id)
  })

const inUse = (id: string) =>
  forbidden(`Unable to update or delete registered limit ${id} because there are project limits associated with it.`)

/** A limit, if the rule lets the caller. @throws notFound, forbidden */
export async function getLimit(ctx: Ctx, id: string, rule = 'identity:get_limit'): Promise<store.Limit> {
  const limit = await store.findLimit(ctx, id)
  const project = limit?.projectId == null ? undefined : await findProject(ctx, limit.projectId)
  ctx.authorize(rule, limit ? { target: { limit: target(limit, project?.domainId ?? null) } } : {})
  if (!limit) throw notFound(`Could not find limit for ${id}.`)
  return limit
}

const target = (limit: store.Limit, projectDomainId: string | null) => ({
  project_id: limit.projectId,
  domain_id: limit.domainId,
  ...(limit.domainId === null ? {} : { domain: { id: limit.domainId } }),
  ...(projectDomainId === null ? {} : { project: { domain_id: projectDomainId } }),
})

/** Limits: all of them for those who run the cloud, else those of the caller's domain or project. */
export async function listLimits(ctx: Ctx, query: ListQuery) {
  const { systemScope, roles, domainId, projectId } = ctx.caller
  const all = systemScope !== null || roles.includes('admin') || roles.includes('service')
  const own = all || domainId !== null ? {} : { project_id: projectId ?? '-' }
  const page = pageOf({ ...query, ...own }, store.limitFilters)
  const { rows, more } = cut(await store.listLimits(ctx, page), page)
  if (all || domainId === null) return { rows, more }
  const projects = new Set((await listProjectsInDomain(ctx, domainId)).map(({ id }) => id))
  const visible = rows.filter(
    (row) => row.domainId === domainId || (row.projectId !== null && projects.has(row.projectId)),
  )
  return { rows: visible, more }
}

/** Creates all or none. @throws badRequest, forbidden (there is no registered limit), conflict */
export const createLimits = (ctx: Ctx, model: LimitModel, bodies: readonly CreateLimit[]): Promise<store.Limit[]> =>
  inTransaction(ctx, async (tx) => {
    const wanted: Wanted[] = []
    for (const body of bodies) wanted.push(await wantedOf(tx, body))
    await checkHierarchy(tx, model, wanted)
    const limits: store.Limit[] = []
    for (const [index, each] of wanted.entries()) {
      limits.push(await createLimit(tx, each, bodies[index]?.description ?? null))
    }
    return limits
  })

/** What a body asks for; the limit of a project that acts as a domain is that of the domain. */
async function wantedOf(ctx: Ctx, body: CreateLimit): Promise<Wanted> {
  if ((body.project_id == null) === (body.domain_id == null)) {
    throw validationError("Invalid input for field 'limits': one of project_id and domain_id is required")
  }
  await checkPlace(ctx, body, 'limit')
  const id = body.project_id ?? body.domain_id ?? ''
  const owner = await findProject(ctx, id)
  if (!owner || (body.domain_id != null && !owner.isDomain)) {
    throw expecting(body.project_id == null ? 'domain_id' : 'project_id', 'limit')
  }
  return {
    serviceId: body.service_id,
    regionId: body.region_id ?? null,
    resourceName: body.resource_name,
    projectId: owner.isDomain ? null : id,
    domainId: owner.isDomain ? id : null,
    resourceLimit: body.resource_limit,
  }
}

async function createLimit(ctx: Ctx, wanted: Wanted, description: string | null): Promise<store.Limit> {
  const registered = await store.findRegisteredLimitOf(ctx, wanted)
  if (!registered) throw forbidden('Unable to create a limit that has no corresponding registered limit.')
  const limit: store.Limit = { ...wanted, id: newHexId(), registeredLimitId: registered.id, description }
  await unique('limit', () => store.insertLimit(ctx, limit))
  return limit
}

/** @throws notFound, forbidden (the model) */
export async function updateLimit(ctx: Ctx, model: LimitModel, id: string, body: UpdateLimit): Promise<store.Limit> {
  const old = await getLimit(ctx, id, 'identity:update_limit')
  const limit = {
    ...old,
    resourceLimit: body.resource_limit ?? old.resourceLimit,
    description: body.description === undefined ? old.description : body.description,
  }
  await checkHierarchy(ctx, model, [limit])
  await store.saveLimit(ctx, limit)
  return limit
}

/** @throws notFound */
export async function deleteLimit(ctx: Ctx, id: string): Promise<void> {
  await getLimit(ctx, id, 'identity:delete_limit')
  await store.removeLimit(ctx, id)
}

async function checkPlace(
  ctx: Ctx,
  { service_id, region_id }: Pick<UpdateRegisteredLimit, 'service_id' | 'region_id'>,
  what: string,
): Promise<void> {
  if (service_id !== undefined && !(await findService(ctx, service_id))) throw expecting('service_id', what)
  if (region_id != null && !(await findRegion(ctx, region_id))) throw expecting('region_id', what)
}

async function unique(type: string, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    throw isUniqueViolation(error) ? conflictIn(type, 'Duplicate entry') : error
  }
}
