// POST /v3/auth/tokens (keystone/api/_shared/authentication.py): methods, then scope, then the token.

import type { Ctx } from '#platform/context.ts'
import { CloudError, unauthorized } from '#platform/errors.ts'
import { expecting, forbiddenFor, notAuthenticated, validationError } from '../../errors.ts'
import { findProject, findProjectByName } from '../../projects/store.ts'
import { findUser } from '../../users/store.ts'
import { AUTH_METHODS, type AuthMethod, type TokenScope } from '../payloads.ts'
import type { Auth, AuthScope } from '../schemas.ts'
import type { Issued } from './issue.ts'
import { findDomain, type Passwords } from './password.ts'
import type { TokenRegistry } from './registry.ts'

export type Logins = { readonly tokens: TokenRegistry; readonly passwords: Passwords }

/** What the methods of one login agree on. */
type Login = {
  readonly userId: string
  readonly methods: readonly AuthMethod[]
  readonly expiresAt?: number
  readonly parentAuditId?: string
}

/**
 * Logs in and makes a token.
 * @throws unauthorized (in one wording), notFound (a token that is no good), forbidden (tokens that may not be exchanged), badRequest
 */
export async function authenticate(ctx: Ctx, { tokens, passwords }: Logins, auth: Auth | undefined): Promise<Issued> {
  if (auth === undefined) throw expecting('auth', 'request body')
  checkReferences(auth)
  const login = await runMethods(ctx, { tokens, passwords }, auth)
  const scope = await scopeOf(ctx, tokens, auth.scope, login.userId)
  try {
    return await tokens.issue(ctx, { ...login, scope })
  } catch (error) {
    throw error instanceof CloudError && (error.status === 401 || error.status === 404)
      ? notAuthenticated(ctx.baseUrl)
      : error
  }
}

const isMethod = (name: string): name is AuthMethod => AUTH_METHODS.some((method) => method === name)

async function runMethods(ctx: Ctx, { tokens, passwords }: Logins, auth: Auth): Promise<Login> {
  const names = [...new Set(auth.identity.methods)]
  for (const name of names) if (!(name in auth.identity)) throw expecting(name, 'identity')
  const logins: Login[] = []
  for (const name of names) {
    if (name === 'password') {
      const user = await passwords.login(ctx, auth.identity.password?.user)
      logins.push({ userId: user.id, methods: ['password'] })
    } else if (name === 'token') logins.push(await exchange(ctx, tokens, auth))
    else throw unsupported(ctx, name)
  }
  const [first, ...others] = logins
  if (!first) throw notAuthenticated(ctx.baseUrl)
  if (others.some(({ userId }) => userId !== first.userId)) throw notAuthenticated(ctx.baseUrl)
  const methods = new Set(logins.flatMap((login) => login.methods))
  const expiries = logins.flatMap(({ expiresAt }) => expiresAt ?? [])
  const parentAuditId = logins.find((login) => login.parentAuditId !== undefined)?.parentAuditId
  return {
    userId: first.userId,
    methods: AUTH_METHODS.filter((method) => methods.has(method)).reverse(),
    ...(expiries.length > 0 ? { expiresAt: Math.min(...expiries) } : {}),
    ...(parentAuditId === undefined ? {} : { parentAuditId }),
  }
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
  const chain = payload.auditIds.at(-1)
  return {
    userId: payload.userId,
    methods: ['token', ...payload.methods],
    expiresAt: payload.expiresAt,
    ...(chain === undefined ? {} : { parentAuditId: chain }),
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
  if ('OS-TRUST:trust' in given) throw notAuthenticated(ctx.baseUrl)
  return { kind: 'unscoped' }
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
