import type { Route } from '#platform/http/route.ts'
import { route } from '#platform/http/route.ts'
import { isPresent } from '../attributes.ts'
import { listBody, queryOf } from '../lists.ts'
import { viewRole } from '../roles/view.ts'
import { checkGrant, createGrant, listGrants, type Place, revokeGrant } from './operations/grant.ts'
import { listRoleAssignments } from './operations/list.ts'
import { nameAssignments } from './operations/name.ts'
import { viewAssignment } from './view.ts'

type Kinds = Pick<Place, 'actor' | 'target' | 'inherited'>

/** The five routes of one kind of grant: list, check, grant, revoke (HEAD comes with check). */
function grantRoutes({ actor, target, inherited }: Kinds): readonly Route[] {
  const start = inherited ? '/v3/OS-INHERIT' : '/v3'
  const where = target === 'system' ? 'system' : `${target}s/:target_id`
  const list = `${start}/${where}/${actor}s/:actor_id/roles`
  const rule = (verb: string, many = '') =>
    target === 'system' ? `identity:${verb}_system_grant${many}_for_${actor}` : `identity:${verb}_grant${many}`
  const text = (params: unknown, name: string): string => {
    const value: unknown = typeof params === 'object' && params !== null ? Reflect.get(params, name) : undefined
    return typeof value === 'string' ? value : ''
  }
  const placeOf = (params: unknown): Place => ({
    actor,
    actorId: text(params, 'actor_id'),
    target,
    targetId: target === 'system' ? 'all' : text(params, 'target_id'),
    inherited,
  })
  const onRole = { path: `${list}/:role_id${inherited ? '/inherited_to_projects' : ''}`, status: 204 }
  const listing =
    inherited && target === 'project'
      ? []
      : [
          route({
            method: 'GET',
            path: `${list}${inherited ? '/inherited_to_projects' : ''}`,
            status: 200,
            policy: rule('list', 's'),
            handle: async (ctx, { params, rawQuery }) => {
              const roles = await listGrants(ctx, placeOf(params))
              const path = `${list}${inherited ? '/inherited_to_projects' : ''}`
                .replace(':target_id', text(params, 'target_id'))
                .replace(':actor_id', text(params, 'actor_id'))
              return listBody(
                ctx,
                path,
                rawQuery,
                'roles',
                roles.map((role) => viewRole(ctx, role)),
              )
            },
          }),
        ]
  return [
    ...listing,
    route({
      ...onRole,
      method: 'GET',
      policy: rule('check'),
      handle: (ctx, { params }) => checkGrant(ctx, placeOf(params), text(params, 'role_id')),
    }),
    route({
      ...onRole,
      method: 'PUT',
      policy: rule('create'),
      handle: (ctx, { params }) => createGrant(ctx, placeOf(params), text(params, 'role_id')),
    }),
    route({
      ...onRole,
      method: 'DELETE',
      policy: rule('revoke'),
      handle: (ctx, { params }) => revokeGrant(ctx, placeOf(params), text(params, 'role_id')),
    }),
  ]
}

const kinds: readonly Kinds[] = (['user', 'group'] as const).flatMap((actor) => [
  { actor, target: 'project', inherited: false },
  { actor, target: 'project', inherited: true },
  { actor, target: 'domain', inherited: false },
  { actor, target: 'domain', inherited: true },
  { actor, target: 'system', inherited: false },
])

/**
 * Who has which role: https://docs.openstack.org/api-ref/identity/v3/#system-role-assignments, #roles and, for what is inherited,
 * https://docs.openstack.org/api-ref/identity/v3-ext/#os-inherit
 */
export const assignmentRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v3/role_assignments',
    status: 200,
    policy: null,
    handle: async (ctx, { rawQuery }) => {
      const query = queryOf(rawQuery)
      const rows = await listRoleAssignments(ctx, query)
      const names = isPresent(query['include_names']) ? await nameAssignments(ctx, rows) : undefined
      const items = rows.map((row) => viewAssignment(ctx, row, names))
      return listBody(ctx, '/v3/role_assignments', rawQuery, 'role_assignments', items)
    },
  }),
  ...kinds.flatMap(grantRoutes),
]
