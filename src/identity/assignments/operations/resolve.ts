import type { Ctx } from '#platform/context.ts'
import { listParents, type Project } from '../../projects/store.ts'
import { listImplications, listRolesByIds, type Role } from '../../roles/store.ts'
import { withImplied } from '../rules.ts'
import { type Assignment, listAssignments } from '../store.ts'

/** Whose roles: a user and the groups that count for it. */
export type Actors = { readonly users: readonly string[]; readonly groups: readonly string[] }

/** On what. */
export type RoleScope =
  | { readonly kind: 'project'; readonly project: Project }
  | { readonly kind: 'domain'; readonly domainId: string }
  | { readonly kind: 'system' }

/** The global roles that actors have on a scope: direct, by inheritance and by implication, in the order of their ids. */
export async function resolveRoles(ctx: Ctx, actors: Actors, scope: RoleScope): Promise<Role[]> {
  return (await resolveAllRoles(ctx, actors, scope)).filter(({ domainId }) => domainId === null)
}

/** As `resolveRoles`, with the roles of domains, which only imply others. */
export async function resolveAllRoles(ctx: Ctx, actors: Actors, scope: RoleScope): Promise<Role[]> {
  const granted = await assignmentsOn(ctx, actors, scope)
  if (granted.length === 0) return []
  const ids = withImplied(
    granted.map(({ role_id }) => role_id),
    await listImplications(ctx),
  )
  return listRolesByIds(ctx, [...ids])
}

async function assignmentsOn(ctx: Ctx, actors: Actors, scope: RoleScope): Promise<Assignment[]> {
  switch (scope.kind) {
    case 'system':
      return listAssignments(ctx, { ...actors, system: true })
    case 'domain':
      return listAssignments(ctx, { ...actors, domains: [scope.domainId], inherited: false })
    case 'project': {
      const { id } = scope.project
      const parents = await listParents(ctx, scope.project)
      const rows = await listAssignments(ctx, {
        ...actors,
        // The domain as well: whoever was granted on it as a project, to be inherited, has the role below it.
        projects: [id, ...parents.map((parent) => parent.id)],
        domains: parents.filter(({ isDomain }) => isDomain).map((parent) => parent.id),
      })
      // What is inherited counts below the place where it was granted, the rest at that place alone.
      return rows.filter(({ target_id, inherited }) => (inherited === 1) === (target_id !== id))
    }
  }
}
