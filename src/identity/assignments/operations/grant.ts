import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { badRequest, forbidden, notFound } from '#platform/errors.ts'
import { notFoundIn } from '../../errors.ts'
import { findGroup, type Group } from '../../groups/store.ts'
import { groupTarget } from '../../groups/view.ts'
import { findProject, type Project } from '../../projects/store.ts'
import { projectTarget } from '../../projects/view.ts'
import { findRole, listRolesByIds, type Role } from '../../roles/store.ts'
import { roleTarget } from '../../roles/view.ts'
import { findUser, type User } from '../../users/store.ts'
import { userTarget } from '../../users/view.ts'
import * as store from '../store.ts'

/** Of whom and on what a route speaks. */
export type Place = {
  readonly actor: 'user' | 'group'
  readonly actorId: string
  readonly target: 'project' | 'domain' | 'system'
  /** `all` for the system. */
  readonly targetId: string
  readonly inherited: boolean
}

/** What is found at a place; whoever is asked to revoke may find the actor gone. */
type Found = {
  readonly role?: Role | undefined
  readonly user?: User | undefined
  readonly group?: Group | undefined
  readonly project?: Project | undefined
}

/** The rule for one verb: the system has rules of its own for users and groups. */
const ruleOf = ({ actor, target }: Place, verb: string): string => {
  if (target === 'system') return `identity:${verb}_system_grant${verb === 'list' ? 's' : ''}_for_${actor}`
  return `identity:${verb}_grant${verb === 'list' ? 's' : ''}`
}

/** Reads all that a grant names, asks the rule with it, and only then says what is missing. */
async function authorize(ctx: Ctx, place: Place, verb: string, roleId: string | null): Promise<Found> {
  const { actor, actorId, target, targetId } = place
  const found: Found = {
    role: roleId === null ? undefined : await findRole(ctx, roleId),
    user: actor === 'user' ? await findUser(ctx, actorId) : undefined,
    group: actor === 'group' ? await findGroup(ctx, actorId) : undefined,
    project: target === 'system' ? undefined : await findProject(ctx, targetId),
  }
  const { role, user, group, project } = found
  ctx.authorize(ruleOf(place, verb), {
    target: {
      ...(role ? { role: roleTarget(role) } : {}),
      ...(user ? { user: userTarget(user) } : {}),
      ...(group ? { group: groupTarget(group) } : {}),
      ...(project ? (target === 'domain' ? { domain: { id: project.id } } : { project: projectTarget(project) }) : {}),
    },
  })
  if (roleId !== null && !role) throw notFoundIn('role', roleId)
  if (verb !== 'revoke' && !user && !group) throw notFoundIn(actor, actorId)
  if (target !== 'system' && (!project || (target === 'domain' && !project.isDomain))) {
    throw notFoundIn(target, targetId)
  }
  return found
}

const toRow = (place: Place, roleId: string): store.Assignment => ({
  actor_kind: place.actor,
  actor_id: place.actorId,
  target_kind: place.target,
  target_id: place.targetId,
  role_id: roleId,
  inherited: place.inherited ? 1 : 0,
})

const missing = ({ actorId, target, targetId }: Place, roleId: string) =>
  notFound(
    `Could not find role assignment with role: ${roleId}, user or group: ${actorId}, project, domain, or system: ${target === 'system' ? 'system' : targetId}.`,
  )

/** @throws notFound, forbidden (rule, a role of another domain) */
export async function createGrant(ctx: Ctx, place: Place, roleId: string): Promise<void> {
  const { role, project } = await authorize(ctx, place, 'create', roleId)
  if (role && role.domainId !== null) {
    if (place.target === 'system') {
      throw badRequest(
        `Role ${roleId} is a domain-specific role. Unable to use a domain-specific role in a system assignment.`,
      )
    }
    if (place.target === 'project' && project?.domainId !== role.domainId) {
      throw forbidden(`Project ${place.targetId} must be in the same domain as the role ${roleId} being assigned.`)
    }
  }
  await store.insertAssignment(ctx, toRow(place, roleId))
}

/** @throws notFound, forbidden */
export async function checkGrant(ctx: Ctx, place: Place, roleId: string): Promise<void> {
  await authorize(ctx, place, 'check', roleId)
  const rows = await store.listAssignments(ctx, filterOf(place))
  if (!rows.some(({ role_id }) => role_id === roleId)) throw missing(place, roleId)
}

/** Roles that were granted at a place. @throws notFound, forbidden */
export async function listGrants(ctx: Ctx, place: Place): Promise<Role[]> {
  await authorize(ctx, place, 'list', null)
  const rows = await store.listAssignments(ctx, filterOf(place))
  return listRolesByIds(
    ctx,
    rows.map(({ role_id }) => role_id),
  )
}

/** Takes a role back. What is left of the user's roles decides about its tokens, the next time each is used. @throws notFound, forbidden */
export function revokeGrant(ctx: Ctx, place: Place, roleId: string): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    await authorize(tx, place, 'revoke', roleId)
    if (!(await store.removeAssignment(tx, toRow(place, roleId)))) throw missing(place, roleId)
  })
}

const filterOf = ({ actor, actorId, target, targetId, inherited }: Place): store.AssignmentFilter => ({
  ...(actor === 'user' ? { users: [actorId] } : { groups: [actorId] }),
  ...(target === 'system'
    ? { system: true }
    : target === 'project'
      ? { projects: [targetId] }
      : { domains: [targetId] }),
  inherited,
})
