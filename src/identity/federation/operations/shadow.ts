// What is kept here of users that providers send: a row of their own, groups for as long as the provider's word counts, projects and roles.

import { createHash } from 'node:crypto'
import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { forbidden } from '#platform/errors.ts'
import { newHexId } from '#platform/ids.ts'
import { insertAssignment, listAssignments, removeAssignment } from '../../assignments/store.ts'
import { conflictIn, notFoundIn } from '../../errors.ts'
import type { MappedProject } from '../../mappings/rules.ts'
import { insert } from '../../projects/operations/create.ts'
import { findProjectByName } from '../../projects/store.ts'
import { listRolesByNames, type Role } from '../../roles/store.ts'
import { findUser, insertUser, saveUser } from '../../users/store.ts'
import * as store from '../store.ts'

/** A user as a provider sends it, with everything looked up. */
export type Newcomer = {
  readonly idpId: string
  readonly protocolId: string
  readonly uniqueId: string
  readonly name: string
  readonly email: string | null
  readonly domainId: string
  readonly groupIds: readonly string[]
  readonly projects: readonly (MappedProject & { readonly domainId: string })[]
  /** Whether roles in projects that the provider no longer names are taken away. */
  readonly syncProjects: boolean
}

/** Makes or refreshes the shadow of a user. @throws conflict, notFound (role), forbidden (role of another domain) */
export function shadow(
  ctx: Ctx,
  newcomer: Newcomer,
  defaultTtl: number,
): Promise<{ readonly userId: string; readonly changed: boolean }> {
  return inTransaction(ctx, async (tx) => {
    const roles = await findRoles(tx, newcomer)
    const user = await keepUser(tx, newcomer)
    const moved = await keepGroups(tx, user.id, newcomer, defaultTtl)
    const granted = await keepProjects(tx, user.id, newcomer, roles)
    return { userId: user.id, changed: user.changed || moved || granted }
  })
}

async function keepUser(ctx: Ctx, newcomer: Newcomer): Promise<{ readonly id: string; readonly changed: boolean }> {
  const { idpId, protocolId, uniqueId, name, email, domainId } = newcomer
  const known = await store.findFederatedUser(ctx, idpId, protocolId, uniqueId)
  if (known) {
    const user = await findUser(ctx, known.user_id)
    if (known.display_name !== name) await store.saveDisplayName(ctx, { ...known, display_name: name })
    const mailed = user && email !== null && user.extra['email'] !== email
    if (mailed) await saveUser(ctx, { ...user, name, extra: { ...user.extra, email } })
    return { id: known.user_id, changed: known.display_name !== name || mailed === true }
  }
  const id = publicId(domainId, uniqueId)
  try {
    await insertUser(ctx, {
      id,
      domainId,
      name,
      isShadow: true,
      enabled: true,
      defaultProjectId: null,
      password: null,
      failures: { count: 0, at: null },
      createdAt: ctx.now,
      lastActiveAt: ctx.now,
      options: {},
      extra: email === null ? {} : { email },
    })
    const row = { idp_id: idpId, protocol_id: protocolId, unique_id: uniqueId, user_id: id, display_name: name }
    await store.insertFederatedUsers(ctx, [row])
  } catch (error) {
    // Two providers that share a domain call two users the same: nobody can tell whether they are one.
    throw isUniqueViolation(error) ? conflictIn('federated_user', 'Duplicate entry') : error
  }
  return { id, changed: true }
}

/** Keystone's ids of users that are kept elsewhere: the same on every controller and after every start. */
const publicId = (domainId: string, localId: string): string =>
  createHash('sha256').update(`${domainId}user${localId}`).digest('hex')

/** Whether the user has come into a group or left one. */
async function keepGroups(ctx: Ctx, userId: string, newcomer: Newcomer, defaultTtl: number): Promise<boolean> {
  const { idpId, groupIds } = newcomer
  const before = await store.listVerifiedGroupIds(ctx, userId, idpId)
  const left = before.filter((id) => !groupIds.includes(id))
  const joined = groupIds.filter((id) => !before.includes(id))
  await store.removeVerifiedMemberships(ctx, userId, idpId, left)
  if (before.length > left.length) await store.refreshMemberships(ctx, userId, idpId, defaultTtl)
  for (const group_id of joined) {
    const times = { last_verified: ctx.now, default_ttl: defaultTtl }
    await store.insertVerifiedMembership(ctx, { user_id: userId, group_id, idp_id: idpId, ...times })
  }
  return left.length > 0 || joined.length > 0
}

/** The roles that projects name. @throws notFound, forbidden */
async function findRoles(ctx: Ctx, { projects, domainId, idpId }: Newcomer): Promise<ReadonlyMap<string, Role>> {
  const names = [...new Set(projects.flatMap(({ roles }) => roles))]
  const found = await listRolesByNames(ctx, names)
  // Where roles of several domains have the name, a global one is meant, or the domain's own.
  const rank = (role: Role) => (role.domainId === null ? 2 : role.domainId === domainId ? 1 : 0)
  const byName = new Map(found.sort((a, b) => rank(a) - rank(b)).map((role) => [role.name, role]))
  for (const name of names) {
    const role = byName.get(name)
    if (!role) throw notFoundIn('role', name)
    if (role.domainId !== null && role.domainId !== domainId) {
      throw forbidden(`role: ${name} must be within the same domain as the identity provider: ${idpId}.`)
    }
  }
  return byName
}

/** Whether projects were made, or roles given or taken away. */
async function keepProjects(
  ctx: Ctx,
  userId: string,
  { projects, syncProjects }: Newcomer,
  roles: ReadonlyMap<string, Role>,
): Promise<boolean> {
  if (projects.length === 0 && !syncProjects) return false
  const before = (await listAssignments(ctx, { users: [userId], groups: [], inherited: false })).filter(
    ({ target_kind }) => target_kind === 'project',
  )
  const has = new Set(before.map(({ target_id, role_id }) => `${target_id} ${role_id}`))
  const wanted = new Set<string>()
  let changed = false
  for (const { name, domainId, roles: names } of projects) {
    const projectId = (await findProjectByName(ctx, name, domainId))?.id ?? (await createProject(ctx, name, domainId))
    for (const roleName of names) {
      const roleId = roles.get(roleName)?.id ?? ''
      const key = `${projectId} ${roleId}`
      wanted.add(key)
      if (has.has(key)) continue
      has.add(key)
      changed = true
      const actor = { actor_kind: 'user', actor_id: userId } as const
      const target = { target_kind: 'project', target_id: projectId } as const
      await insertAssignment(ctx, { ...actor, ...target, role_id: roleId, inherited: 0 })
    }
  }
  if (!syncProjects) return changed
  for (const row of before) {
    if (wanted.has(`${row.target_id} ${row.role_id}`)) continue
    changed = true
    await removeAssignment(ctx, row)
  }
  return changed
}

async function createProject(ctx: Ctx, name: string, domainId: string): Promise<string> {
  const id = newHexId()
  const nothing = { options: {}, extra: {}, tags: [] }
  await insert(ctx, {
    ...nothing,
    id,
    domainId,
    name,
    description: '',
    enabled: true,
    parentId: domainId,
    isDomain: false,
  })
  return id
}
