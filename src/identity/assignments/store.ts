// Who has which role on what. An inherited assignment on a project or domain counts for the projects below it, not for itself.

import { sql } from 'kysely'
import type { Ctx } from '#platform/context.ts'

/** One assignment as it was granted. `target_id` is `all` for the system. */
export type Assignment = {
  readonly actor_kind: 'user' | 'group'
  readonly actor_id: string
  readonly target_kind: 'project' | 'domain' | 'system'
  readonly target_id: string
  readonly role_id: string
  /** 1: for the projects below the target. */
  readonly inherited: number
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_assignments: Assignment
  }
}

/** Which assignments to read; several ids mean any of them, an empty list means none at all. */
export type AssignmentFilter = {
  readonly users?: readonly string[]
  readonly groups?: readonly string[]
  readonly projects?: readonly string[]
  readonly domains?: readonly string[]
  readonly system?: true
  readonly roleId?: string
  readonly inherited?: boolean
}

/** Assignments of any of the actors on any of the targets. Actors or targets that are not mentioned do not restrict. */
export async function listAssignments(ctx: Ctx, filter: AssignmentFilter): Promise<Assignment[]> {
  let query = ctx.db.read.selectFrom('identity_assignments').selectAll()
  const { users, groups, projects, domains, system, roleId, inherited } = filter
  if (users || groups) {
    query = query.where((eb) =>
      eb.or([
        eb.and([eb('actor_kind', '=', 'user'), eb('actor_id', 'in', atLeastOne(users))]),
        eb.and([eb('actor_kind', '=', 'group'), eb('actor_id', 'in', atLeastOne(groups))]),
      ]),
    )
  }
  if (projects || domains || system) {
    query = query.where((eb) =>
      eb.or([
        eb.and([eb('target_kind', '=', 'project'), eb('target_id', 'in', atLeastOne(projects))]),
        eb.and([eb('target_kind', '=', 'domain'), eb('target_id', 'in', atLeastOne(domains))]),
        eb.and([eb('target_kind', '=', 'system'), eb('target_id', '=', system ? 'all' : '')]),
      ]),
    )
  }
  if (roleId !== undefined) query = query.where('role_id', '=', roleId)
  if (inherited !== undefined) query = query.where('inherited', '=', inherited ? 1 : 0)
  return query.orderBy('actor_id').orderBy('target_id').orderBy('role_id').execute()
}

// `in ()` is a syntax error on MariaDB, and no id is empty.
const atLeastOne = (ids: readonly string[] | undefined): readonly string[] => (ids && ids.length > 0 ? ids : [''])

/** Granting twice is granting once. */
export async function insertAssignment(ctx: Ctx, assignment: Assignment): Promise<void> {
  const ignore = ctx.db.dialect === 'sqlite' ? sql`or ignore` : sql`ignore`
  await sql`insert ${ignore} into identity_assignments
    (actor_kind, actor_id, target_kind, target_id, role_id, inherited)
    values (${assignment.actor_kind}, ${assignment.actor_id}, ${assignment.target_kind}, ${assignment.target_id},
      ${assignment.role_id}, ${assignment.inherited})`.execute(ctx.db.write)
}

/** False: there was none. */
export async function removeAssignment(ctx: Ctx, assignment: Assignment): Promise<boolean> {
  const result = await ctx.db.write
    .deleteFrom('identity_assignments')
    .where('actor_kind', '=', assignment.actor_kind)
    .where('actor_id', '=', assignment.actor_id)
    .where('target_kind', '=', assignment.target_kind)
    .where('target_id', '=', assignment.target_id)
    .where('role_id', '=', assignment.role_id)
    .where('inherited', '=', assignment.inherited)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

/** Everything that was granted to a user or group. */
export async function removeAssignmentsOfActor(ctx: Ctx, kind: 'user' | 'group', id: string): Promise<void> {
  await ctx.db.write
    .deleteFrom('identity_assignments')
    .where('actor_kind', '=', kind)
    .where('actor_id', '=', id)
    .execute()
}

/** Everything that was granted on projects or domains. */
export async function removeAssignmentsOn(ctx: Ctx, targetIds: readonly string[]): Promise<void> {
  if (targetIds.length === 0) return
  await ctx.db.write.deleteFrom('identity_assignments').where('target_id', 'in', targetIds).execute()
}

export async function removeAssignmentsOfRoles(ctx: Ctx, roleIds: readonly string[]): Promise<void> {
  if (roleIds.length === 0) return
  await ctx.db.write.deleteFrom('identity_assignments').where('role_id', 'in', roleIds).execute()
}
