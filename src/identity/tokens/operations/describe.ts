// What a token says beside its own dates: who, where, with which roles and which catalog. It is the same for all tokens of a user in a scope,
// is read once and kept, with its parts of the body already rendered, until anything in identity changes.

import type { Caller, Delegation } from '#platform/auth/caller.ts'
import { isoMicros } from '#platform/clock.ts'
import type { Ctx } from '#platform/context.ts'
import { notFound, unauthorized } from '#platform/errors.ts'
import type { Catalog } from '../../catalog/operations.ts'
import { getIdentityProvider } from '../../identity-providers/operations.ts'
import { findProject, type Project } from '../../projects/store.ts'
import { findUser, type User } from '../../users/store.ts'
import type { TokenScope } from '../payloads.ts'
import { federationOf } from '../rules.ts'
import { findLoan } from './borrow.ts'
import { findPlace, type Place, rolesIn } from './place.ts'

export type RoleRef = { readonly id: string; readonly name: string }

/** A user in a scope. */
export type Authority = {
  /** Who the token says it is: the trustor, where a trust says so. */
  readonly user: User
  readonly userDomain: Project
  readonly project: Project | null
  readonly projectDomain: Project | null
  readonly domain: Project | null
  readonly system: boolean
  readonly roles: readonly RoleRef[]
  readonly delegation: Delegation | null
  /** Ms since 1970 after which the loan, and so the token, is over. */
  readonly lentUntil: number | null
  /** Others whose revocations concern the token. */
  readonly otherUserIds: readonly string[]
  /** Who makes requests with it, but for the token itself. */
  readonly caller: Omit<Caller, 'token'>
  /** `{"domain": …, "id": …}`: the value of `user` in the token's body. */
  readonly userJson: string
  /** `,"project": …,"roles": …`: what follows the dates in the body, without the catalog. */
  readonly scopeJson: string
  /** The JSON of the catalog; null: an unscoped token has none. */
  readonly catalogJson: string | null
  /** The JSON of the service providers; null: there are none. */
  readonly serviceProvidersJson: string | null
}

/**
 * Reads what a token of this user and scope says.
 * @throws unauthorized, forbidden or notFound where the user, the scope or every role in it is gone or disabled
 */
export async function describe(
  ctx: Ctx,
  userId: string,
  scope: TokenScope,
  loadCatalog: () => Promise<Catalog>,
): Promise<Authority> {
  const { user: holder, domain: holderDomain } = await findHolder(ctx, userId)
  const loan = await findLoan(ctx, scope, holder)
  const { user, domain: userDomain } =
    loan && loan.userId !== userId ? await findHolder(ctx, loan.userId) : { user: holder, domain: holderDomain }
  const place = await findPlace(ctx, scope)
  const federation = federationOf(scope)
  if (federation) await getIdentityProvider(ctx, federation.identityProviderId)
  const roles = loan ? loan.roles : place === null ? [] : await rolesIn(ctx, userId, place, federation?.groupIds)
  const values = { userId: user.id, projectId: place?.project?.id ?? null }
  const catalog = await loadCatalog()
  return {
    user,
    userDomain,
    project: place?.project ?? null,
    projectDomain: place?.projectDomain ?? null,
    domain: place?.domain ?? null,
    system: place?.system ?? false,
    roles,
    delegation: loan?.delegation ?? null,
    lentUntil: loan?.until ?? null,
    otherUserIds: loan?.otherUserIds ?? [],
    caller: {
      userId: user.id,
      userName: user.name,
      userDomainId: userDomain.id,
      userDomainName: userDomain.name,
      projectId: place?.project?.id ?? null,
      projectName: place?.project?.name ?? null,
      projectDomainId: place?.projectDomain?.id ?? null,
      projectDomainName: place?.projectDomain?.name ?? null,
      domainId: place?.domain?.id ?? null,
      domainName: place?.domain?.name ?? null,
      systemScope: place?.system === true ? 'all' : null,
      roles: roles.map(({ name }) => name),
      serviceRoles: [],
    },
    userJson: JSON.stringify({
      domain: { id: userDomain.id, name: userDomain.name },
      id: user.id,
      name: user.name,
      ...(federation
        ? {
            'OS-FEDERATION': {
              groups: federation.groupIds.map((id) => ({ id })),
              identity_provider: { id: federation.identityProviderId },
              protocol: { id: federation.protocolId },
            },
          }
        : { password_expires_at: expiryOf(user) }),
    }),
    scopeJson: place === null ? '' : renderScope(place, roles, loan?.body ?? bodyOf(scope)),
    catalogJson: place === null ? null : catalog.render(values),
    serviceProvidersJson: catalog.serviceProviders,
  }
}

/** A user that may use tokens: it and its domain are enabled. */
async function findHolder(ctx: Ctx, id: string): Promise<{ readonly user: User; readonly domain: Project }> {
  const user = await findUser(ctx, id)
  const domain = user && (await findProject(ctx, user.domainId))
  if (!user || !domain) throw notFound(`Could not find user: ${id}.`)
  if (!user.enabled) throw unauthorized(`The account is disabled for user: ${id}.`)
  if (!domain.enabled) throw notFound(`Unable to validate token because domain ${domain.id} is disabled`)
  return { user, domain }
}

function renderScope(
  { project, projectDomain, domain, system }: Place,
  roles: readonly RoleRef[],
  more: object,
): string {
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
  return `,${JSON.stringify({ ...parts, ...more }).slice(1, -1)}`
}

/** A token that was given for a certificate names it (RFC 8705). */
const bodyOf = (scope: TokenScope): object =>
  scope.kind === 'oauth2' ? { oauth2_credential: { 'x5t#S256': scope.thumbprint } } : {}

const expiryOf = ({ password, options }: User): string | null =>
  password?.expiresAt == null || options['ignore_password_expiry'] === true ? null : isoMicros(password.expiresAt)
