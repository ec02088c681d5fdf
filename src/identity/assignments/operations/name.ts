import type { Ctx } from '#platform/context.ts'
import { listGroupsByIds } from '../../groups/store.ts'
import { listProjectsByIds } from '../../projects/store.ts'
import { listRolesByIds } from '../../roles/store.ts'
import { listUsersByIds } from '../../users/store.ts'
import type { Listed } from './list.ts'

type Named = { readonly id: string; readonly name: string; readonly domainId: string | null }

/** Names of everything a list of assignments mentions, by id. */
export type Names = {
  readonly users: ReadonlyMap<string, Named>
  readonly groups: ReadonlyMap<string, Named>
  readonly roles: ReadonlyMap<string, Named>
  /** Projects and domains. */
  readonly projects: ReadonlyMap<string, Named>
}

/** Reads the names: five queries, however long the list is. */
export async function nameAssignments(ctx: Ctx, rows: readonly Listed[]): Promise<Names> {
  const users = index(
    await listUsersByIds(
      ctx,
      ids(rows, ({ userId }) => userId),
    ),
  )
  const groups = index(
    await listGroupsByIds(
      ctx,
      ids(rows, ({ groupId }) => groupId),
    ),
  )
  const roles = index(
    await listRolesByIds(
      ctx,
      ids(rows, ({ roleId }) => roleId),
    ),
  )
  const places = index(
    await listProjectsByIds(
      ctx,
      ids(rows, (row) => row.projectId ?? row.domainId),
    ),
  )
  const domains = new Set(
    [users, groups, roles, places].flatMap((map) => [...map.values()].flatMap(({ domainId }) => domainId ?? [])),
  )
  const projects = new Map([...places, ...index(await listProjectsByIds(ctx, [...domains]))])
  return { users, groups, roles, projects }
}

const index = (rows: readonly Named[]) => new Map(rows.map((row) => [row.id, row]))

const ids = (rows: readonly Listed[], idOf: (row: Listed) => string | undefined): string[] => [
  ...new Set(rows.flatMap((row) => idOf(row) ?? [])),
]
