// POST /v3/auth/tokens (keystone/api/_shared/authentication.py): methods, then scope, then the token.

import type { Ctx } from '#platform/context.ts'
import { CloudError, forbidden } from '#platform/errors.ts'
import { expecting, forbiddenFor, notAuthenticated, validationError } from '../../errors.ts'
import { findProject, findProjectByName } from '../../projects/store.ts'
import { createReceipt, readReceipt, type Receipt } from '../../receipts/operations.ts'
import { isEnough } from '../../receipts/rules.ts'
import { consumeTrust, findTrust } from '../../trusts/store.ts'
import { findUser } from '../../users/store.ts'
import { inOrder, type TokenScope } from '../payloads.ts'
import type { Auth, AuthScope } from '../schemas.ts'
import type { Issued } from './issue.ts'
import { type Headers, type Login, type Logins, runMethods } from './methods.ts'
import { findDomain } from './password.ts'
import type { TokenRegistry } from './registry.ts'

/**
 * Logs in and makes a token; a receipt where the user must pass more methods.
 * @throws unauthorized (in one wording), notFound (a token that is no good), forbidden (tokens that may not be exchanged), badRequest
 */
export async function authenticate(
  ctx: Ctx,
  logins: Logins,
  auth: Auth | undefined,
  headers: Headers,
): Promise<Issued | Receipt> {
  const { tokens, keys } = logins
  if (auth === undefined) throw expecting('auth', 'request body')
  checkReferences(auth)
  const login = await runMethods(ctx, logins, auth, headers)
  const { userId } = login
  const before = headers.receipt === undefined ? [] : await readReceipt(ctx, keys, headers.receipt, userId)
  const methods = inOrder([...login.methods, ...before])
  const scope = login.scope ?? (await scopeOf(ctx, tokens, auth.scope, login))
  return grant(ctx, logins, { ...login, methods }, scope)
}

/**
 * The token of a login that has said who it is; a receipt where the user must pass more methods.
 * @throws unauthorized (in one wording), forbidden
 */
export async function grant(
  ctx: Ctx,
  { tokens, keys }: Pick<Logins, 'tokens' | 'keys'>,
  login: Login,
  scope: TokenScope,
): Promise<Issued | Receipt> {
  const { userId, methods } = login
  try {
    const user = await tokens.holder(ctx, userId)
    if (!isEnough(user, methods)) return await createReceipt(ctx, keys, user, methods)
    const issued = await tokens.issue(ctx, { ...login, scope: restingOn(login, scope) })
    if (scope.kind === 'trust') await consume(ctx, scope.trustId)
    return issued
  } catch (error) {
    throw error instanceof CloudError && (error.status === 401 || error.status === 404)
      ? notAuthenticated(ctx.baseUrl)
      : error
  }
}

/** The same scope, by a provider's word or for a certificate. @throws forbidden where no token for a certificate can be for it */
function restingOn({ federation, thumbprint }: Login, scope: TokenScope): TokenScope {
  if (thumbprint !== undefined) {
    if (scope.kind !== 'project')
      throw forbiddenFor('Using a token of a certificate for anything but a project is not allowed.')
    return { kind: 'oauth2', projectId: scope.projectId, domainId: null, thumbprint }
  }
  if (!federation) return scope
  if (scope.kind === 'unscoped') return { kind: 'federated_unscoped', ...federation }
  if (scope.kind === 'project') return { kind: 'federated_project', projectId: scope.projectId, ...federation }
  if (scope.kind === 'domain') return { kind: 'federated_domain', domainId: scope.domainId, ...federation }
  return scope
}

/** Uses a trust once; somebody else may be doing the same. @throws forbidden where it is used up */
async function consume(ctx: Ctx, trustId: string): Promise<void> {
  for (let tries = 0; tries < 10; tries++) {
    const trust = await findTrust(ctx, trustId, ctx.now)
    if (!trust) throw notAuthenticated(ctx.baseUrl)
    if (trust.remainingUses !== null && trust.remainingUses <= 0) break
    if (await consumeTrust(ctx, trust)) return
  }
  throw forbidden(`No remaining uses for trust: ${trustId}.`)
}

const SCOPES = ['project', 'domain', 'unscoped', 'system', 'OS-TRUST:trust'] as const

async function scopeOf(
  ctx: Ctx,
  tokens: TokenRegistry,
  given: AuthScope | string | undefined,
  { userId, federation }: Login,
): Promise<TokenScope> {
  if (given === undefined) return federation ? { kind: 'unscoped' } : defaultScope(ctx, tokens, userId)
  if (given === 'unscoped') return { kind: 'unscoped' }
  if (typeof given === 'string' || SCOPES.filter((name) => name in given).length !== 1) {
    throw expecting('system, project, domain, OS-TRUST:trust or unscoped', 'scope')
  }
  if (given.system) return { kind: 'system', system: 'all' }
  if (given.domain) {
    const domain = await findDomain(ctx, tokens, given.domain)
    if (!domain) throw notAuthenticated(ctx.baseUrl)
    return { kind: 'domain', domainId: domain.id }
  }
  if (given.project) return { kind: 'project', projectId: await findProjectId(ctx, tokens, given.project) }
  if ('OS-TRUST:trust' in given) return trustScope(ctx, given['OS-TRUST:trust']?.id)
  return { kind: 'unscoped' }
}

async function trustScope(ctx: Ctx, id: string | undefined): Promise<TokenScope> {
  if (!id) throw expecting('trust_id', 'trust')
  const trust = await findTrust(ctx, id, ctx.now)
  if (!trust) throw notAuthenticated(ctx.baseUrl)
  return { kind: 'trust', projectId: trust.projectId ?? '', trustId: id }
}

async function findProjectId(
  ctx: Ctx,
  tokens: TokenRegistry,
  { id, name, domain }: NonNullable<AuthScope['project']>,
): Promise<string> {
  if (name) {
    if (domain === undefined) throw expecting('domain', 'project')
    const home = await findDomain(ctx, tokens, domain)
    const project =
      home && (await tokens.place(`project ${home.id} ${name}`, () => findProjectByName(ctx, name, home.id)))
    if (!project) throw notAuthenticated(ctx.baseUrl)
    return project.id
  }
  return id ?? ''
}

/** Where nothing is asked for: the user's default project, if a token for it can be had. */
export async function defaultScope(ctx: Ctx, tokens: TokenRegistry, userId: string): Promise<TokenScope> {
  const projectId = (await findUser(ctx, userId))?.defaultProjectId
  const project = projectId == null ? undefined : await findProject(ctx, projectId)
  if (!project) return { kind: 'unscoped' }
  const scope = { kind: 'project', projectId: project.id } as const
  return (await tokens.holds(ctx, userId, scope)) ? scope : { kind: 'unscoped' }
}

/** References need an id or a name; Keystone says so before anything is looked up. */
function checkReferences({ identity, scope }: Auth): void {
  const check = (given: { id?: string; name?: string } | undefined, field: string) => {
    if (given && given.id === undefined && given.name === undefined) {
      throw validationError(`Invalid input for field ${field}: id or name must be present.`)
    }
  }
  check(identity.password?.user, 'identity/password/user')
  check(identity.password?.user?.domain, 'identity/password/user/domain')
  if (typeof scope !== 'object') return
  check(scope.project, 'scope/project')
  check(scope.project?.domain, 'scope/project/domain')
  check(scope.domain, 'scope/domain')
}
