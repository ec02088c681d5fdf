import type { Ctx } from '#platform/context.ts'
import { linkTo } from '../lists.ts'
import type { Listed } from './operations/list.ts'
import type { Names } from './operations/name.ts'

/** An assignment as the API shows it; its link leads to the grant it comes from. `names` absent: ids alone. */
export function viewAssignment(ctx: Ctx, row: Listed, names: Names | undefined) {
  const { through } = row
  const inherited = row.inherited || through.projectId !== undefined || through.domainId !== undefined
  const groupId = row.groupId ?? through.groupId
  const actor = groupId === undefined ? `users/${row.userId}` : `groups/${groupId}`
  const path = `${grantedOn(row)}/${actor}/roles/${through.roleId ?? row.roleId}`
  return {
    links: {
      assignment: linkTo(ctx, inherited ? `OS-INHERIT/${path}/inherited_to_projects` : path),
      ...(through.groupId === undefined
        ? {}
        : { membership: linkTo(ctx, `groups/${through.groupId}/users/${row.userId}`) }),
      ...(through.roleId === undefined
        ? {}
        : { prior_role: linkTo(ctx, `prior_roles/${through.roleId}/implies/${row.roleId}`) }),
    },
    scope: {
      ...viewScope(row, names),
      ...(inherited ? { 'OS-INHERIT:inherited_to': 'projects' } : {}),
    },
    ...(row.userId === undefined ? {} : { user: ref(row.userId, names?.users, names) }),
    ...(row.groupId === undefined ? {} : { group: ref(row.groupId, names?.groups, names) }),
    role: roleRef(row.roleId, names),
  }
}

function grantedOn({ through, projectId, domainId }: Listed): string {
  if (through.domainId !== undefined) return `domains/${through.domainId}`
  if (through.projectId !== undefined) return `projects/${through.projectId}`
  if (projectId !== undefined) return `projects/${projectId}`
  return domainId === undefined ? 'system' : `domains/${domainId}`
}

function viewScope({ projectId, domainId }: Listed, names: Names | undefined) {
  if (projectId !== undefined) return { project: ref(projectId, names?.projects, names) }
  if (domainId === undefined) return { system: { all: true } }
  return { domain: names ? { id: domainId, name: names.projects.get(domainId)?.name ?? '' } : { id: domainId } }
}

/** An id, with name and domain where names are asked for; what is gone has empty ones. */
function ref(id: string, things: Names['users'] | undefined, names: Names | undefined) {
  if (!things || !names) return { id }
  const thing = things.get(id)
  return { id, name: thing?.name ?? '', domain: domainRef(thing?.domainId ?? null, names) ?? { id: '', name: '' } }
}

function roleRef(id: string, names: Names | undefined) {
  if (!names) return { id }
  const role = names.roles.get(id)
  const domain = domainRef(role?.domainId ?? null, names)
  return { id, name: role?.name ?? '', ...(domain ? { domain } : {}) }
}

const domainRef = (id: string | null, names: Names) =>
  id === null ? undefined : { id, name: names.projects.get(id)?.name ?? '' }
