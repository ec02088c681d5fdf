import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { notFound } from '#platform/errors.ts'
import { newHexId } from '#platform/ids.ts'
import { removeAssignmentsOfActor } from '../assignments/store.ts'
import { isOtherId, otherAttributes } from '../attributes.ts'
import type { Directories } from '../directories/operations.ts'
import { DEFAULT_DOMAIN } from '../bootstrap/operations.ts'
import { duplicateName, notFoundIn, validationError } from '../errors.ts'
import { removeVerifiedMembershipsBy } from '../federation/store.ts'
import { cut, lastOf, type ListQuery, pageOf } from '../lists.ts'
import { findProject } from '../projects/store.ts'
import { revokeUser } from '../revocations/operations.ts'
import { findUser, listUsers, userFilters } from '../users/store.ts'
import { userTarget } from '../users/view.ts'
import type { CreateGroup, UpdateGroup } from './schemas.ts'
import * as store from './store.ts'
import { groupTarget } from './view.ts'

const columns: ReadonlySet<string> = new Set(['id', 'name', 'domain_id', 'description', 'links'])

/** A group, if the rule lets the caller. @throws notFound, forbidden */
export async function getGroup(ctx: Ctx, id: string, rule = 'identity:get_group'): Promise<store.Group> {
  const group = await store.findGroup(ctx, id)
  ctx.authorize(rule, group ? { target: { group: groupTarget(group) } } : {})
  if (!group) throw notFoundIn('group', id)
  return group
}

/** Groups; a token of a domain sees those of its domain alone. */
export async function listGroups(ctx: Ctx, directories: Directories, query: ListQuery) {
  const { domainId } = ctx.caller
  ctx.authorize('identity:list_groups', domainId === null ? {} : { target: { group: { domain_id: domainId } } })
  const listed = domainId ?? lastOf(query['domain_id'])
  if (listed) await directories.refreshGroups(ctx, listed, query)
  const page = pageOf({ ...query, ...(domainId === null ? {} : { domain_id: domainId }) }, store.groupFilters)
  return cut(await store.listGroups(ctx, page), page)
}

/** Groups of a user, by the rule; a token of a domain sees those of its domain alone. @throws notFound, forbidden */
export async function listGroupsOfUser(ctx: Ctx, directories: Directories, userId: string, query: ListQuery) {
  const user = await findUser(ctx, userId)
  ctx.authorize('identity:list_groups_for_user', {
    user_id: userId,
    ...(user ? { target: { user: userTarget(user) } } : {}),
  })
  if (!user) throw notFoundIn('user', userId)
  await directories.refreshGroupsOf(ctx, userId)
  const { domainId } = ctx.caller
  const page = pageOf({ ...query, ...(domainId === null ? {} : { domain_id: domainId }) }, store.groupFilters)
  const ends = await store.listMembershipEnds(ctx, userId)
  return { ...cut(await store.listGroups(ctx, page, userId), page), ends }
}

/** @throws forbidden, notFound (domain), conflict */
export async function createGroup(ctx: Ctx, directories: Directories, body: CreateGroup): Promise<store.Group> {
  ctx.authorize('identity:create_group', { target: { group: body } })
  const domainId = body.domain_id ?? ctx.caller.domainId ?? DEFAULT_DOMAIN
  if (!(await findProject(ctx, domainId))?.isDomain) throw notFoundIn('domain', domainId)
  await directories.refuseWrite(ctx, domainId)
  const group = {
    id: newHexId(),
    domainId,
    name: body.name.trim(),
    description: body.description === undefined ? '' : body.description,
    extra: otherAttributes(body, columns),
  }
  await naming(group, () => inTransaction(ctx, (tx) => store.insertGroup(tx, group)))
  return group
}

/** @throws notFound, forbidden, badRequest (id, domain), conflict */
export function updateGroup(ctx: Ctx, directories: Directories, id: string, body: UpdateGroup): Promise<store.Group> {
  return inTransaction(ctx, async (tx) => {
    const old = await getGroup(tx, id, 'identity:update_group')
    await directories.refuseWrite(tx, old.domainId)
    if (isOtherId(body, id)) throw validationError('Cannot change ID')
    if (body.domain_id !== undefined && body.domain_id !== old.domainId) {
      throw validationError('Cannot change Domain ID')
    }
    const group = {
      ...old,
      name: body.name?.trim() ?? old.name,
      description: body.description === undefined ? old.description : body.description,
      extra: { ...old.extra, ...otherAttributes(body, columns) },
    }
    await naming(group, () => store.saveGroup(tx, group))
    return group
  })
}

/** Deletes a group; the tokens of its members end, for they may rest on its roles. @throws notFound, forbidden */
export async function deleteGroup(ctx: Ctx, directories: Directories, id: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    // As Keystone: whoever has a token may know that there is no such group.
    if (!(await store.findGroup(tx, id))) throw notFoundIn('group', id)
    const { domainId } = await getGroup(tx, id, 'identity:delete_group')
    await directories.refuseWrite(tx, domainId)
    await removeGroupWithTraces(tx, id)
  })
}

/** Removes a group and all that names it in identity. */
export async function removeGroupWithTraces(ctx: Ctx, id: string): Promise<void> {
  for (const { user_id } of await store.listMemberships(ctx, [id])) await revokeUser(ctx, user_id)
  await removeAssignmentsOfActor(ctx, 'group', id)
  await removeVerifiedMembershipsBy(ctx, 'group_id', id)
  await store.removeGroup(ctx, id)
}

/** Members of a group, by the rule; a token of a domain sees users of its domain alone. @throws notFound, forbidden */
export async function listMembers(ctx: Ctx, directories: Directories, groupId: string, query: ListQuery) {
  await getGroup(ctx, groupId, 'identity:list_users_in_group')
  await directories.refreshGroup(ctx, groupId)
  const { domainId } = ctx.caller
  const page = pageOf({ ...query, ...(domainId === null ? {} : { domain_id: domainId }) }, userFilters)
  return cut(await listUsers(ctx, page, groupId), page)
}

/** @throws notFound (group, user, membership), forbidden */
export async function checkMember(ctx: Ctx, directories: Directories, groupId: string, userId: string): Promise<void> {
  await findPair(ctx, groupId, userId, 'identity:check_user_in_group')
  await directories.refreshGroup(ctx, groupId)
  if (!(await store.listGroupIdsOfUser(ctx, userId)).includes(groupId)) throw noMember(groupId, userId)
}

/** @throws notFound (group, user), forbidden */
export function addMember(ctx: Ctx, directories: Directories, groupId: string, userId: string): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const group = await findPair(tx, groupId, userId, 'identity:add_user_to_group')
    await directories.refuseWrite(tx, group.domainId)
    if (!(await store.isMember(tx, groupId, userId))) await store.insertMembership(tx, groupId, userId)
  })
}

/** Takes a user out of a group, and ends its tokens. @throws notFound (group, user, membership), forbidden */
export function removeMember(ctx: Ctx, directories: Directories, groupId: string, userId: string): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const group = await findPair(tx, groupId, userId, 'identity:remove_user_from_group')
    await directories.refuseWrite(tx, group.domainId)
    if (!(await store.removeMembership(tx, groupId, userId))) throw noMember(groupId, userId)
    await revokeUser(tx, userId)
  })
}

const noMember = (groupId: string, userId: string) => notFound(`User '${userId}' not found in group '${groupId}'`)

async function findPair(ctx: Ctx, groupId: string, userId: string, rule: string): Promise<store.Group> {
  const [group, user] = [await store.findGroup(ctx, groupId), await findUser(ctx, userId)]
  ctx.authorize(rule, {
    target: { ...(group ? { group: groupTarget(group) } : {}), ...(user ? { user: userTarget(user) } : {}) },
  })
  if (!group) throw notFoundIn('group', groupId)
  if (!user) throw notFoundIn('user', userId)
  return group
}

async function naming({ name, domainId }: store.Group, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    throw isUniqueViolation(error) ? duplicateName('group', name, domainId) : error
  }
}
