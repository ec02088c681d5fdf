import type { Ctx } from '#platform/context.ts'
import { forbidden } from '#platform/errors.ts'
import { listProjectsByIds, listProjectsInDomain, listSubtree, type Project } from '../projects/store.ts'
import { listAssignments } from '../assignments/store.ts'
import { listGroupIdsOfUser } from '../groups/store.ts'

// `groupIds` are groups that a token puts its user in, by a provider's word.

/** Enabled projects a user has any role on, by inheritance as well, in the order of their ids. */
export async function listProjectsOfUser(
  ctx: Ctx,
  userId: string,
  groupIds: readonly string[] = [],
): Promise<Project[]> {
  const rows = await listAssignments(ctx, await actorsOf(ctx, userId, groupIds))
  const direct = rows.filter(({ target_kind, inherited }) => target_kind === 'project' && inherited === 0)
  const found = new Map<string, Project>()
  for (const project of await listProjectsByIds(ctx, [...new Set(direct.map(({ target_id }) => target_id))])) {
    found.set(project.id, project)
  }
  const passedOn = new Map(
    rows.filter(({ inherited }) => inherited === 1).map((row) => [row.target_id, row.target_kind]),
  )
  for (const [id, kind] of passedOn) {
    const below = kind === 'domain' ? await listProjectsInDomain(ctx, id) : await listSubtree(ctx, id)
    for (const project of below) found.set(project.id, project)
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Domains a user has any role on. */
export async function listDomainsOfUser(ctx: Ctx, userId: string, groupIds: readonly string[]): Promise<Project[]> {
  const rows = await listAssignments(ctx, { ...(await actorsOf(ctx, userId, groupIds)), inherited: false })
  const ids = rows.filter(({ target_kind }) => target_kind === 'domain').map(({ target_id }) => target_id)
  return listProjectsByIds(ctx, [...new Set(ids)])
}

/** Whether a user has any role on the system. */
export async function hasSystemRole(ctx: Ctx, userId: string, groupIds: readonly string[]): Promise<boolean> {
  return (await listAssignments(ctx, { ...(await actorsOf(ctx, userId, groupIds)), system: true })).length > 0
}

/** The project a catalog is asked for. @throws forbidden for tokens without one */
export function catalogProject(ctx: Ctx): string {
  const { projectId } = ctx.caller
  if (projectId === null) throw forbidden('A project-scoped token is required to produce a service catalog.')
  return projectId
}

const actorsOf = async (ctx: Ctx, userId: string, groupIds: readonly string[]) => ({
  users: [userId],
  groups: [...groupIds, ...(await listGroupIdsOfUser(ctx, userId))],
})
