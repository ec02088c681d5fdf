// POST /v3/auth/tokens (keystone/api/_shared/authentication.py): methods, then scope, then the token.

import type { Ctx } from '#platform/context.ts'
import { CloudError, forbidden, unauthorized } from '#platform/errors.ts'
import { findApplicationCredential, findApplicationCredentialByName } from '../../application-credentials/store.ts'
import { expecting, forbiddenFor, notAuthenticated, validationError } from '../../errors.ts'
import { checkAccess } from '../../oauth1/operations/grant.ts'
import type { OAuth1Store } from '../../oauth1/store.ts'
import { findProject, findProjectByName } from '../../projects/store.ts'
import { consumeTrust, findTrust } from '../../trusts/store.ts'
import { findUser } from '../../users/store.ts'
import { AUTH_METHODS, type AuthMethod, type TokenScope } from '../payloads.ts'
import type { Auth, AuthScope } from '../schemas.ts'
import type { Issued } from './issue.ts'
import { findDomain, findLogin, type Passwords } from './password.ts'
import type { TokenRegistry } from './registry.ts'

export type Logins = {
  readonly tokens: TokenRegistry
  readonly passwords: Passwords
  readonly oauth1: OAuth1Store
}

/** What a login may be signed with, beside its body. */
export type Signature = { readonly authorization: string | undefined; readonly rawQuery: string }

/** What the methods of one login agree on. */
type Login = {
  readonly userId: string
  readonly methods: readonly AuthMethod[]
  readonly expiresAt?: number
  readonly parentAuditId?: string
  /** Set where the method itself says what the token is for. */
  readonly scope?: TokenScope
}

/**
 * Logs in and makes a token.
 * @throws unauthorized (in one wording), notFound (a token that is no good), forbidden (tokens that may not be exchanged), badRequest
 */
export async function authenticate(
  ctx: Ctx,
  logins: Logins,
  auth: Auth | undefined,
  signature: Signature,
): Promise<Issued> {
  const { tokens } = logins
  if (auth === undefined) throw expecting('auth', 'request body')
  checkReferences(auth)
  const login = await runMethods(ctx, logins, auth, signature)
  const scope = login.scope ?? (await scopeOf(ctx, tokens, auth.scope, login.userId))
  try {
    const issued = await tokens.issue(ctx, { ...login, scope })
    if (scope.kind === 'trust') await consume(ctx, scope.trustId)
    return issued
  } catch (error) {
    throw error instanceof CloudError && (error.status === 401 || error.status === 404)
      ? notAuthenticated(ctx.baseUrl)
      : error
  }
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

const isMethod = (name: string): name is AuthMethod => AUTH_METHODS.some((method) => method === name)

async function runMethods(
  ctx: Ctx,
  { tokens, passwords, oauth1 }: Logins,
  auth: Auth,
  signature: Signature,
): Promise<Login> {
  const names = [...new Set(auth.identity.methods)]
  for (const name of names) if (!(name in auth.identity)) throw expecting(name, 'identity')
  const logins: Login[] = []
  for (const name of names) {
    if (name === 'password') {
      const user = await passwords.login(ctx, auth.identity.password?.user)
      logins.push({ userId: user.id, methods: ['password'] })
    } else if (name === 'token') logins.push(await exchange(ctx, tokens, auth))
    else if (name === 'application_credential') logins.push(await enterProgram(ctx, { tokens, passwords }, auth))
    else if (name === 'oauth1') logins.push(await enterConsumer(ctx, oauth1, signature))
    else throw unsupported(ctx, name)
  }
  const [first, ...others] = logins
  if (!first) throw notAuthenticated(ctx.baseUrl)
  if (others.some(({ userId }) => userId !== first.userId)) throw notAuthenticated(ctx.baseUrl)
  const methods = new Set(logins.flatMap((login) => login.methods))
  const expiries = logins.flatMap(({ expiresAt }) => expiresAt ?? [])
  const parentAuditId = logins.find((login) => login.parentAuditId !== undefined)?.parentAuditId
  const scope = logins.find((login) => login.scope !== undefined)?.scope
  return {
    userId: first.userId,
    methods: AUTH_METHODS.filter((method) => methods.has(method)).reverse(),
    ...(expiries.length > 0 ? { expiresAt: Math.min(...expiries) } : {}),
    ...(parentAuditId === undefined ? {} : { parentAuditId }),
    ...(scope === undefined ? {} : { scope }),
  }
}

/** A consumer with an access token, which says itself what the token is for. */
async function enterConsumer(ctx: Ctx, oauth1: OAuth1Store, signature: Signature): Promise<Login> {
  const { id, userId, projectId } = await checkAccess(ctx, oauth1, {
    ...signature,
    method: 'POST',
    path: '/v3/auth/tokens',
  })
  return { userId, methods: ['oauth1'], scope: { kind: 'oauth1', projectId, accessTokenId: id } }
}

/** A program with the secret of an application credential, which says itself what the token is for. */
async function enterProgram(ctx: Ctx, { tokens, passwords }: Omit<Logins, 'oauth1'>, auth: Auth): Promise<Login> {
  const given = auth.identity.application_credential
  if (!given) throw expecting('application_credential', 'identity')
  if (auth.scope !== undefined) {
    throw unauthorized(
      'Error authenticating with application credential: Application credentials cannot request a scope.',
      notAuthenticated(ctx.baseUrl),
    )
  }
  if (!given.id && !given.name) throw expecting('name or ID', 'application credential')
  if (!given.id && !given.user) throw expecting('user', 'application credential')
  const owner = given.id ? undefined : await findLogin(ctx, tokens, given.user)
  const credential = given.id
    ? await findApplicationCredential(ctx, given.id)
    : owner && (await findApplicationCredentialByName(ctx, owner.user.id, given.name ?? ''))
  const key = `application credential ${credential?.id ?? ''}`
  const right = await passwords.matches(key, credential?.secretHash, given.secret ?? '')
  if (!credential || !right) throw notAuthenticated(ctx.baseUrl)
  const { id, projectId, userId } = credential
  const scope = { kind: 'application_credential', projectId, applicationCredentialId: id } as const
  return { userId, methods: ['application_credential'], scope }
}

function unsupported(ctx: Ctx, name: string): CloudError {
  const details = { headers: notAuthenticated(ctx.baseUrl).headers, extra: { identity: { methods: AUTH_METHODS } } }
  return unauthorized(
    isMethod(name)
      ? 'The request you have made requires authentication.'
      : 'Attempted to authenticate with an unsupported method.',
    details,
  )
}

/** A token for a token: never a longer life, never out of the system into a project. */
async function exchange(ctx: Ctx, tokens: TokenRegistry, auth: Auth): Promise<Login> {
  const id = auth.identity.token?.id
  if (id === undefined) throw expecting('id', 'token')
  const { payload, authority } = await tokens.entryOf(ctx, id)
  const { scope } = auth
  if (authority.system && typeof scope === 'object' && (scope.project || scope.domain)) {
    throw forbiddenFor('Using a system-scoped token to create a project-scoped or domain-scoped token is not allowed.')
  }
  refuseLoans(payload.scope, scope)
  const chain = payload.auditIds.at(-1)
  return {
    userId: payload.userId,
    methods: ['token', ...payload.methods],
    expiresAt: payload.expiresAt,
    ...(chain === undefined ? {} : { parentAuditId: chain }),
    // It must not get out of the bounds of the credential.
    ...(payload.scope.kind === 'application_credential' ? { scope: payload.scope } : {}),
  }
}

/** Tokens of a loan make no others. @throws forbidden */
function refuseLoans(held: TokenScope, asked: Auth['scope']): void {
  if (held.kind === 'trust') {
    throw forbiddenFor('Using trust-scoped token to create another token. Create a new trust-scoped token instead')
  }
  if (held.kind === 'oauth1') {
    throw forbiddenFor('Using OAuth-scoped token to create another token. Create a new OAuth-scoped token instead')
  }
  if (held.kind === 'application_credential' && asked !== undefined) {
    throw forbiddenFor('Using an application credential token to create a scoped token is not allowed.')
  }
}

const SCOPES = ['project', 'domain', 'unscoped', 'system', 'OS-TRUST:trust'] as const

async function scopeOf(
  ctx: Ctx,
  tokens: TokenRegistry,
  given: AuthScope | string | undefined,
  userId: string,
): Promise<TokenScope> {
  if (given === undefined) return defaultScope(ctx, tokens, userId)
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
async function defaultScope(ctx: Ctx, tokens: TokenRegistry, userId: string): Promise<TokenScope> {
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
