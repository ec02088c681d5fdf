import type { Ctx } from '#platform/context.ts'
import { notFound, unauthorized } from '#platform/errors.ts'
import { resolveRoles, type RoleScope } from '../../assignments/operations/resolve.ts'
import { listGroupIdsOfUser } from '../../groups/store.ts'
import { findProject, type Project } from '../../projects/store.ts'
import type { TokenScope } from '../payloads.ts'
import type { RoleRef } from './describe.ts'

/** Where a token is good: one of project (with its domain), domain and system. */
export type Place = {
  readonly project: Project | null
  readonly projectDomain: Project | null
  readonly domain: Project | null
  readonly system: boolean
}

const nowhere: Place = { project: null, projectDomain: null, domain: null, system: false }

/** The place of a scope; null: nowhere. @throws notFound where it is gone or disabled */
export async function findPlace(ctx: Ctx, scope: TokenScope): Promise<Place | null> {
  switch (scope.kind) {
    case 'unscoped':
      return null
    case 'system':
      return { ...nowhere, system: true }
    case 'federated_unscoped':
      return null
    case 'domain':
    case 'federated_domain': {
      const domain = await findProject(ctx, scope.domainId)
      if (!domain?.isDomain) throw notFound(`Could not find domain: ${scope.domainId}.`)
      if (!domain.enabled) throw disabled('domain', domain.id)
      return { ...nowhere, domain }
    }
    case 'trust':
      // A trust without a project gives a token without a scope.
      return scope.projectId === '' ? null : findProjectPlace(ctx, scope.projectId)
    case 'project':
    case 'application_credential':
    case 'oauth1':
    case 'federated_project':
    case 'oauth2':
      return findProjectPlace(ctx, scope.projectId)
  }
}

async function findProjectPlace(ctx: Ctx, id: string): Promise<Place> {
  const project = await findProject(ctx, id)
  // As Keystone: no token is for a project that acts as a domain, whatever roles there are on it.
  const projectDomain = project?.domainId == null ? undefined : await findProject(ctx, project.domainId)
  if (!project || !projectDomain) throw notFound(`Could not find project: ${id}.`)
  if (!project.enabled) throw disabled('project', project.id)
  if (!projectDomain.enabled) throw disabled('domain', projectDomain.id)
  return { ...nowhere, project, projectDomain }
}

const disabled = (kind: string, id: string) => notFound(`Unable to validate token because ${kind} ${id} is disabled`)

/**
 * The roles of a user at a place.
 * @param groupIds groups that the token itself puts it in, by a provider's word
 * @throws unauthorized where there are none
 */
export async function rolesIn(
  ctx: Ctx,
  userId: string,
  { project, domain }: Place,
  groupIds: readonly string[] = [],
): Promise<RoleRef[]> {
  const actors = { users: [userId], groups: [...groupIds, ...(await listGroupIdsOfUser(ctx, userId))] }
  const scope: RoleScope =
    project !== null
      ? { kind: 'project', project }
      : domain !== null
        ? { kind: 'domain', domainId: domain.id }
        : { kind: 'system' }
  const roles = await resolveRoles(ctx, actors, scope)
  if (roles.length === 0) throw unauthorized(`User ${userId} has no access to the ${scope.kind}`)
  return roles.map(({ id, name }) => ({ id, name }))
}
