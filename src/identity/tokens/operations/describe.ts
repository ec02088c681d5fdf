// What a token says beside its own dates: who, where, with which roles and which catalog. It is the same for all tokens of a user in a scope,
// is read once and kept, with its parts of the body already rendered, until anything in identity changes.

import type { Ctx } from '#platform/context.ts'
import { isoMicros } from '#platform/clock.ts'
import { notFound, unauthorized } from '#platform/errors.ts'
import { resolveRoles } from '../../assignments/operations/resolve.ts'
import { type Catalog } from '../../catalog/operations.ts'
import { listGroupIdsOfUser } from '../../groups/store.ts'
import { findProject, type Project } from '../../projects/store.ts'
import { findUser, type User } from '../../users/store.ts'
import type { TokenScope } from '../payloads.ts'

export type RoleRef = { readonly id: string; readonly name: string }

/** A user in a scope. */
export type Authority = {
  readonly user: User
  readonly userDomain: Project
  readonly project: Project | null
  readonly projectDomain: Project | null
  readonly domain: Project | null
  readonly system: boolean
  readonly roles: readonly RoleRef[]
  /** `{"domain": …, "id": …}`: the value of `user` in the token's body. */
  readonly userJson: string
  /** `,"project": …,"roles": …`: what follows the dates in the body, without the catalog. */
  readonly scopeJson: string
  /** The JSON of the catalog; null: an unscoped token has none. */
  readonly catalogJson: string | null
}

/**
 * Reads what a token of this user and scope says.
 * @throws unauthorized or notFound where the user, the scope or every role in it is gone or disabled
 */
export async function describe(
  ctx: Ctx,
  userId: string,
  scope: TokenScope,
  loadCatalog: () => Promise<Catalog>,
): Promise<Authority> {
  const user = await findUser(ctx, userId)
  const userDomain = user && (await findProject(ctx, user.domainId))
  if (!user || !userDomain) throw notFound(`Could not find user: ${userId}.`)
  if (!user.enabled) throw unauthorized(`The account is disabled for user: ${userId}.`)
  if (!userDomain.enabled) throw disabled('domain', userDomain.id)

  const place = await findPlace(ctx, scope)
  const roles = await rolesIn(ctx, userId, place)
  const catalogJson =
    place === null ? null : (await loadCatalog()).render({ userId, projectId: place.project?.id ?? null })
  return {
    user,
    userDomain,
    project: place?.project ?? null,
    projectDomain: place?.projectDomain ?? null,
    domain: place?.domain ?? null,
    system: place?.system ?? false,
    roles,
    userJson: JSON.stringify({
      domain: { id: userDomain.id, name: userDomain.name },
      id: user.id,
      name: user.name,
      password_expires_at: expiryOf(user),
    }),
    scopeJson: place === null ? '' : renderScope(place, roles),
    catalogJson,
  }
}

type Place = {
  readonly project: Project | null
  readonly projectDomain: Project | null
  readonly domain: Project | null
  readonly system: boolean
}

const nowhere: Place = { project: null, projectDomain: null, domain: null, system: false }

async function findPlace(ctx: Ctx, scope: TokenScope): Promise<Place | null> {
  switch (scope.kind) {
    case 'unscoped':
      return null
    case 'system':
      return { ...nowhere, system: true }
    case 'domain': {
      const domain = await findProject(ctx, scope.domainId)
      if (!domain?.isDomain) throw notFound(`Could not find domain: ${scope.domainId}.`)
      if (!domain.enabled) throw disabled('domain', domain.id)
      return { ...nowhere, domain }
    }
    case 'project': {
      const project = await findProject(ctx, scope.projectId)
      // A project that acts as a domain is its own domain.
      const projectDomain = project?.domainId == null ? project : await findProject(ctx, project.domainId)
      if (!project || !projectDomain) throw notFound(`Could not find project: ${scope.projectId}.`)
      if (!project.enabled) throw disabled('project', project.id)
      if (!projectDomain.enabled) throw disabled('domain', projectDomain.id)
      return { ...nowhere, project, projectDomain }
    }
    case 'trust':
    case 'oauth1':
    case 'oauth2':
    case 'application_credential':
    case 'federated_unscoped':
    case 'federated_project':
    case 'federated_domain':
      throw unauthorized(`Tokens of the kind ${scope.kind} are not accepted.`)
  }
}

const disabled = (kind: string, id: string) => notFound(`Unable to validate token because ${kind} ${id} is disabled`)

async function rolesIn(ctx: Ctx, userId: string, place: Place | null): Promise<RoleRef[]> {
  if (place === null) return []
  const actors = { users: [userId], groups: await listGroupIdsOfUser(ctx, userId) }
  const scope =
    place.project !== null
      ? ({ kind: 'project', project: place.project } as const)
      : place.domain !== null
        ? ({ kind: 'domain', domainId: place.domain.id } as const)
        : ({ kind: 'system' } as const)
  const roles = await resolveRoles(ctx, actors, scope)
  if (roles.length === 0) throw unauthorized(`User ${userId} has no access to the ${scope.kind}`)
  return roles.map(({ id, name }) => ({ id, name }))
}

function renderScope({ project, projectDomain, domain, system }: Place, roles: readonly RoleRef[]): string {
  const refOf = ({ id, name }: Project) => ({ id, name })
  const parts = project
    ? {
        project: { domain: projectDomain && refOf(projectDomain), ...refOf(project) },
        is_domain: project.isDomain,
        roles,
      }
    : domain
      ? { domain: refOf(domain), roles }
      : system
        ? { roles, system: { all: true } }
        : {}
  return `,${JSON.stringify(parts).slice(1, -1)}`
}

const expiryOf = ({ password, options }: User): string | null =>
  password?.expiresAt == null || options['ignore_password_expiry'] === true ? null : isoMicros(password.expiresAt)
