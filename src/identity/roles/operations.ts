import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { forbidden, notFound } from '#platform/errors.ts'
import { newHexId } from '#platform/ids.ts'
import { removeApplicationCredentialsIn } from '../application-credentials/store.ts'
import { listAssignments, removeAssignmentsOfRoles } from '../assignments/store.ts'
import { isImmutable, isOtherId, mergeOptions, otherAttributes } from '../attributes.ts'
import { conflictIn, duplicateName, immutableDelete, immutableUpdate, notFoundIn, validationError } from '../errors.ts'
import { cut, lastOf, type ListQuery, pageOf } from '../lists.ts'
import type { CreateRole, UpdateRole } from './schemas.ts'
import * as store from './store.ts'
import { roleTarget } from './view.ts'

const columns: ReadonlySet<string> = new Set(['id', 'name', 'domain_id', 'description', 'options', 'links'])

/**
 * A role, if the rule lets the caller: roles of a domain have rules of their own (`identity:get_domain_role`).
 * @throws notFound, forbidden
 */
export async function getRole(ctx: Ctx, id: string, verb = 'get'): Promise<store.Role> {
  const role = await store.findRole(ctx, id)
  // As Keystone: whoever has a token may know that there is no such role.
  if (!role) throw notFoundIn('role', id)
  if (role.domainId === null) ctx.authorize(`identity:${verb}_role`, {})
  else ctx.authorize(`identity:${verb}_domain_role`, { target: { role: roleTarget(role) } })
  return role
}

/** Roles of the domain the query names, or the global ones. */
export async function listRoles(ctx: Ctx, query: ListQuery) {
  const domainId = lastOf(query['domain_id']) ?? null
  ctx.authorize(
    domainId === null ? 'identity:list_roles' : 'identity:list_domain_roles',
    domainId === null ? {} : { target: { role: { domain_id: domainId } } },
  )
  const page = pageOf(query, store.roleFilters)
  return cut(await store.listRoles(ctx, domainId, page), page)
}

/** @throws forbidden, conflict */
export async function createRole(ctx: Ctx, body: CreateRole): Promise<store.Role> {
  const domainId = body.domain_id ?? null
  if (domainId === null) ctx.authorize('identity:create_role', {})
  else ctx.authorize('identity:create_domain_role', { target: { role: body } })
  const role = {
    id: newHexId(),
    domainId,
    name: body.name,
    description: body.description ?? null,
    options: mergeOptions({}, body.options ?? {}),
    extra: otherAttributes(body, columns),
  }
  await naming(role, () => store.insertRole(ctx, role))
  return role
}

/** @throws notFound, forbidden (rule, immutable), badRequest (id, domain), conflict */
export function updateRole(ctx: Ctx, id: string, body: UpdateRole): Promise<store.Role> {
  return inTransaction(ctx, async (tx) => {
    const old = await getRole(tx, id, 'update')
    if (isOtherId(body, id)) throw validationError('Cannot change ID')
    const immutable = body.options?.immutable
    const frees = Object.keys(body).length === 1 && (immutable === false || immutable === null)
    if (isImmutable(old.options) && !frees) throw immutableUpdate('role', id)
    if (body.domain_id !== undefined && body.domain_id !== old.domainId) {
      throw validationError('Update of `domain_id` is not allowed.')
    }
    const role = {
      ...old,
      name: body.name ?? old.name,
      description: body.description === undefined ? old.description : body.description,
      options: mergeOptions(old.options, body.options ?? {}),
      extra: { ...old.extra, ...otherAttributes(body, columns) },
    }
    await naming(role, () => store.saveRole(tx, role))
    return role
  })
}

/** Deletes a role and takes it from everybody; programs that may have had it end. @throws notFound, forbidden (rule, immutable) */
export const deleteRole = (ctx: Ctx, id: string): Promise<void> =>
  inTransaction(ctx, async (tx) => {
    const role = await getRole(tx, id, 'delete')
    if (isImmutable(role.options)) throw immutableDelete('role', id)
    for (const { actor_id, target_id } of await listAssignments(tx, { roleId: id })) {
      await removeApplicationCredentialsIn(tx, target_id, actor_id)
    }
    await removeAssignmentsOfRoles(tx, [id])
    await store.removeRoles(tx, [id])
  })

type Pair = { readonly prior: store.Role; readonly implied: store.Role }

/** @throws notFound (either role, or there is no such implication) */
export async function getImplication(ctx: Ctx, priorId: string, impliedId: string): Promise<Pair> {
  const pair = await findPair(ctx, priorId, impliedId)
  const known = await store.listImplications(ctx, priorId)
  if (!known.some(({ implied_role_id }) => implied_role_id === impliedId)) throw noImplication(priorId, impliedId)
  return pair
}

/** @throws notFound */
export async function listImplied(ctx: Ctx, priorId: string): Promise<{ prior: store.Role; implied: store.Role[] }> {
  const prior = await findOne(ctx, priorId)
  const ids = (await store.listImplications(ctx, priorId)).map(({ implied_role_id }) => implied_role_id)
  return { prior, implied: await store.listRolesByIds(ctx, ids) }
}

/** Every prior role with what it implies: two queries. */
export async function listInferences(ctx: Ctx): Promise<{ prior: store.Role; implied: store.Role[] }[]> {
  const pairs = await store.listImplications(ctx)
  const ids = new Set(pairs.flatMap(({ prior_role_id, implied_role_id }) => [prior_role_id, implied_role_id]))
  const roles = new Map((await store.listRolesByIds(ctx, [...ids])).map((role) => [role.id, role]))
  return [...Map.groupBy(pairs, ({ prior_role_id }) => prior_role_id)].flatMap(([id, implications]) => {
    const prior = roles.get(id)
    if (!prior) return []
    return [{ prior, implied: implications.flatMap(({ implied_role_id }) => roles.get(implied_role_id) ?? []) }]
  })
}

/** @throws notFound, forbidden (`admin`, or a domain's role, may not be implied), conflict */
export async function createImplication(ctx: Ctx, priorId: string, impliedId: string): Promise<Pair> {
  const pair = await findPair(ctx, priorId, impliedId)
  const isOfDomain = pair.prior.domainId === null && pair.implied.domainId !== null
  if (pair.implied.name === 'admin' || isOfDomain) throw forbidden(`${impliedId} cannot be an implied roles.`)
  try {
    await store.insertImplication(ctx, { prior_role_id: priorId, implied_role_id: impliedId })
  } catch (error) {
    throw isUniqueViolation(error) ? conflictIn('implied_role', 'Duplicate entry') : error
  }
  return pair
}

/** @throws notFound */
export async function deleteImplication(ctx: Ctx, priorId: string, impliedId: string): Promise<void> {
  await findPair(ctx, priorId, impliedId)
  const removed = await store.removeImplication(ctx, { prior_role_id: priorId, implied_role_id: impliedId })
  if (!removed) throw noImplication(priorId, impliedId)
}

const noImplication = (priorId: string, impliedId: string) => notFound(`${priorId} does not imply ${impliedId}.`)

async function findOne(ctx: Ctx, id: string): Promise<store.Role> {
  const role = await store.findRole(ctx, id)
  if (!role) throw notFoundIn('role', id)
  return role
}

const findPair = async (ctx: Ctx, priorId: string, impliedId: string): Promise<Pair> => ({
  prior: await findOne(ctx, priorId),
  implied: await findOne(ctx, impliedId),
})

async function naming({ name, domainId }: store.Role, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    throw isUniqueViolation(error) ? duplicateName('role', name, domainId) : error
  }
}
