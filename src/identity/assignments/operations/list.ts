// GET /v3/role_assignments (keystone/api/role_assignments.py). Effective lists show what users can do and why:
// groups become their members, inheritance the projects below, implied roles stand beside those that imply them.

import type { Ctx } from '#platform/context.ts'
import { isPresent } from '../../attributes.ts'
import { notFoundIn, validationError } from '../../errors.ts'
import { listGroupIdsOfUser, listMemberships } from '../../groups/store.ts'
import { lastOf, type ListQuery } from '../../lists.ts'
import { findProject, listParents, listProjectsByIds, listProjectsInDomain, listSubtree } from '../../projects/store.ts'
import { projectTarget } from '../../projects/view.ts'
import { listImplications, listRolesByIds } from '../../roles/store.ts'
import { type Assignment, type AssignmentFilter, listAssignments } from '../store.ts'

/** One line of the list. */
export type Listed = {
  readonly userId?: string
  readonly groupId?: string
  readonly projectId?: string
  readonly domainId?: string
  readonly system?: true
  readonly roleId: string
  /** As granted: for the projects below. */
  readonly inherited: boolean
  /** Where it really was granted, if that is elsewhere. */
  readonly through: {
    readonly groupId?: string
    readonly projectId?: string
    readonly domainId?: string
    readonly roleId?: string
  }
}

type Query = {
  readonly userId: string | undefined
  readonly groupId: string | undefined
  readonly roleId: string | undefined
  readonly projectId: string | undefined
  readonly domainId: string | undefined
  readonly system: boolean
  readonly inherited: boolean | undefined
  readonly effective: boolean
  readonly subtree: boolean
}

/** Assignments by the query's filters, if the rule lets the caller. @throws forbidden, badRequest, notFound */
export async function listRoleAssignments(ctx: Ctx, parameters: ListQuery): Promise<Listed[]> {
  const query = read(parameters)
  await authorize(ctx, query)
  check(query, parameters)
  const subtree = query.subtree && query.projectId ? (await listSubtree(ctx, query.projectId)).map(({ id }) => id) : []
  const listed = query.effective ? await listEffective(ctx, query, subtree) : await listDirect(ctx, query, subtree)
  return ctx.caller.domainId === null ? listed : insideDomain(ctx, listed, ctx.caller.domainId)
}

function read(parameters: ListQuery): Query {
  const value = (name: string) => lastOf(parameters[name]) || undefined
  const inherited = lastOf(parameters['scope.OS-INHERIT:inherited_to'])
  return {
    userId: value('user.id'),
    groupId: value('group.id'),
    roleId: value('role.id'),
    projectId: value('scope.project.id'),
    domainId: value('scope.domain.id'),
    system: value('scope.system') === 'all',
    inherited: inherited === undefined ? undefined : inherited === 'projects',
    effective: isPresent(parameters['effective']),
    subtree: isPresent(parameters['include_subtree']),
  }
}

async function authorize(ctx: Ctx, { subtree, projectId }: Query): Promise<void> {
  const { domainId } = ctx.caller
  if (!subtree) {
    return ctx.authorize('identity:list_role_assignments', domainId === null ? {} : { target: { domain_id: domainId } })
  }
  const project = projectId === undefined ? undefined : await findProject(ctx, projectId)
  ctx.authorize(
    'identity:list_role_assignments_for_tree',
    project ? { target: { project: projectTarget(project), domain_id: project.domainId } } : {},
  )
  if (projectId === undefined) {
    throw validationError('scope.project.id must be specified if include_subtree is also specified')
  }
  if (!project) throw notFoundIn('project', projectId)
}

function check({ domainId, projectId, userId, groupId, effective, inherited }: Query, parameters: ListQuery): void {
  const system = parameters['scope.system']
  if (domainId && projectId) throw validationError('Specify a domain or project, not both')
  if (domainId && system) throw validationError('Specify system or domain, not both')
  if (projectId && system) throw validationError('Specify system or project, not both')
  if (userId && groupId) throw validationError('Specify a user or group, not both')
  if (effective && groupId) {
    throw validationError('Combining effective and group filter will always result in an empty list.')
  }
  if (effective && inherited && domainId) {
    throw validationError('Combining effective, domain and inherited filters will always result in an empty list.')
  }
}

const actorsOf = ({ userId, groupId }: Query): AssignmentFilter => ({
  ...(userId ? { users: [userId] } : {}),
  ...(groupId ? { groups: [groupId] } : {}),
})

const listed = (row: Assignment): Listed => ({
  ...(row.actor_kind === 'user' ? { userId: row.actor_id } : { groupId: row.actor_id }),
  ...(row.target_kind === 'project'
    ? { projectId: row.target_id }
    : row.target_kind === 'domain'
      ? { domainId: row.target_id }
      : { system: true as const }),
  roleId: row.role_id,
  inherited: row.inherited === 1,
  through: {},
})

async function listDirect(ctx: Ctx, query: Query, subtree: readonly string[]): Promise<Listed[]> {
  const { projectId, domainId, roleId, inherited, system } = query
  const rows = await listAssignments(ctx, {
    ...actorsOf(query),
    ...(projectId ? { projects: [projectId, ...subtree] } : {}),
    ...(domainId ? { domains: [domainId] } : {}),
    ...(system ? { system: true } : {}),
    ...(roleId ? { roleId } : {}),
    ...(inherited === undefined ? {} : { inherited }),
  })
  return rows.map(listed)
}

async function listEffective(ctx: Ctx, query: Query, subtree: readonly string[]): Promise<Listed[]> {
  const rows = await affecting(ctx, query, subtree)
  const below = await expandInheritance(ctx, rows.map(listed), query, subtree)
  const users = await expandGroups(ctx, below, query.userId)
  const implied = await expandImplied(ctx, users)
  const global = new Set(
    (await listRolesByIds(ctx, [...new Set(implied.map(({ roleId }) => roleId))])).flatMap((role) =>
      role.domainId === null ? [role.id] : [],
    ),
  )
  // A role of a domain only serves to imply others.
  return implied.filter(({ roleId }) => global.has(roleId) && (query.roleId === undefined || query.roleId === roleId))
}

/** Every grant that could matter: those of the user's groups, and on what lies above the project, included. */
async function affecting(ctx: Ctx, query: Query, subtree: readonly string[]): Promise<Assignment[]> {
  const { userId, projectId, domainId, inherited } = query
  const actors = userId ? { users: [userId], groups: await listGroupIdsOfUser(ctx, userId) } : {}
  if (domainId) return listAssignments(ctx, { ...actors, domains: [domainId], inherited: false })
  if (!projectId) {
    const rows = await listAssignments(ctx, { ...actors, ...(inherited === undefined ? {} : { inherited }) })
    return rows.filter(({ target_kind }) => target_kind !== 'system')
  }
  const project = await findProject(ctx, projectId)
  const parents = project ? await listParents(ctx, project) : []
  const own = new Set([projectId, ...subtree])
  const rows = await listAssignments(ctx, {
    ...actors,
    projects: [...own, ...parents.map(({ id }) => id)],
    domains: parents.filter(({ isDomain }) => isDomain).map(({ id }) => id),
  })
  return rows.filter((row) => {
    const passedOn = row.inherited === 1
    if (inherited !== undefined && inherited !== passedOn) return false
    return passedOn ? row.target_id !== projectId || subtree.length > 0 : own.has(row.target_id)
  })
}

async function expandInheritance(
  ctx: Ctx,
  rows: readonly Listed[],
  { projectId }: Query,
  subtree: readonly string[],
): Promise<Listed[]> {
  const expanded: Listed[] = []
  const wanted = projectId === undefined ? undefined : new Set([projectId, ...subtree])
  for (const row of rows) {
    if (!row.inherited) {
      expanded.push(row)
      continue
    }
    const { projectId: fromProject, domainId: fromDomain, ...rest } = row
    const projects =
      fromDomain === undefined ? await listSubtree(ctx, fromProject ?? '') : await listProjectsInDomain(ctx, fromDomain)
    const through = fromDomain === undefined ? { projectId: fromProject ?? '' } : { domainId: fromDomain }
    for (const { id } of projects) {
      if (wanted && !wanted.has(id)) continue
      expanded.push({ ...rest, projectId: id, inherited: false, through: { ...row.through, ...through } })
    }
  }
  return expanded
}

async function expandGroups(ctx: Ctx, rows: readonly Listed[], userId: string | undefined): Promise<Listed[]> {
  const groups = [...new Set(rows.flatMap(({ groupId }) => groupId ?? []))]
  const members = Map.groupBy(await listMemberships(ctx, groups), ({ group_id }) => group_id)
  return rows.flatMap((row) => {
    const { groupId, ...rest } = row
    if (groupId === undefined) return [row]
    return (members.get(groupId) ?? [])
      .filter((member) => userId === undefined || member.user_id === userId)
      .map((member) => ({ ...rest, userId: member.user_id, through: { ...row.through, groupId } }))
  })
}

async function expandImplied(ctx: Ctx, rows: readonly Listed[]): Promise<Listed[]> {
  const implications = await listImplications(ctx)
  const expanded: Listed[] = []
  for (const row of rows) {
    const seen = new Set([row.roleId])
    const queue = [row]
    for (const next of queue) {
      expanded.push(next)
      for (const { prior_role_id, implied_role_id } of implications) {
        if (prior_role_id !== next.roleId || seen.has(implied_role_id)) continue
        seen.add(implied_role_id)
        queue.push({ ...next, roleId: implied_role_id, through: { ...next.through, roleId: next.roleId } })
      }
    }
  }
  return expanded
}

/** What concerns a domain and its projects. */
async function insideDomain(ctx: Ctx, rows: readonly Listed[], domainId: string): Promise<Listed[]> {
  const ids = [...new Set(rows.flatMap(({ projectId }) => projectId ?? []))]
  const inside = new Set(
    (await listProjectsByIds(ctx, ids)).filter((project) => project.domainId === domainId).map(({ id }) => id),
  )
  return rows.filter((row) => row.domainId === domainId || (row.projectId !== undefined && inside.has(row.projectId)))
}
