// The methods of a login. Each says who it is; all must say the same.

import { isTotpCode } from '#lib/totp/totp.ts'
import type { Ctx } from '#platform/context.ts'
import { type CloudError, unauthorized } from '#platform/errors.ts'
import { findApplicationCredential, findApplicationCredentialByName } from '../../application-credentials/store.ts'
import type { CredentialStore } from '../../credentials/store.ts'
import { getEnabledProvider } from '../../federation/operations/enter.ts'
import { expecting, forbiddenFor, notAuthenticated } from '../../errors.ts'
import type { TokenKeys } from '../../keys/operations.ts'
import { checkAccess } from '../../oauth1/operations/grant.ts'
import type { OAuth1Store } from '../../oauth1/store.ts'
import { getProtocol } from '../../protocols/operations.ts'
import { LOGIN_METHODS } from '../../receipts/rules.ts'
import { AUTH_METHODS, type AuthMethod, type Federation, type TokenScope } from '../payloads.ts'
import { federationOf } from '../rules.ts'
import type { Auth } from '../schemas.ts'
import { countFailure, mayEnter, type Passwords } from './password.ts'
import type { TokenRegistry } from './registry.ts'

export type Logins = {
  readonly tokens: TokenRegistry
  readonly keys: TokenKeys
  readonly passwords: Passwords
  readonly oauth1: OAuth1Store
  readonly credentials: CredentialStore
}

/** What a login may come with beside its body. */
export type Headers = {
  readonly authorization: string | undefined
  readonly rawQuery: string
  readonly receipt: string | undefined
}

/** What the methods of one login agree on. */
export type Login = {
  readonly userId: string
  readonly methods: readonly AuthMethod[]
  readonly expiresAt?: number
  readonly parentAuditId?: string
  /** Set where the user has come in by a provider's word: every scope of it rests on that. */
  readonly federation?: Federation
  /** Set where the user has come in by a token that was given for a certificate: so are those it is exchanged for. */
  readonly thumbprint?: string
  /** Set where the method itself says what the token is for. */
  readonly scope?: TokenScope
}

const isMethod = (name: string): name is AuthMethod => AUTH_METHODS.some((method) => method === name)

/** Runs every method that a login names. @throws unauthorized, badRequest, notFound (a token), forbidden (a token's kind) */
export async function runMethods(ctx: Ctx, logins: Logins, auth: Auth, headers: Headers): Promise<Login> {
  const { tokens, passwords, oauth1 } = logins
  const names = [...new Set(auth.identity.methods)]
  for (const name of names) if (!(name in auth.identity)) throw expecting(name, 'identity')
  const passed: Login[] = []
  for (const name of names) {
    if (name === 'password') {
      const user = await passwords.login(ctx, auth.identity.password?.user)
      passed.push({ userId: user.id, methods: ['password'] })
    } else if (name === 'token') passed.push(await exchange(ctx, tokens, auth, auth.identity.token?.id))
    else if (name === 'mapped') passed.push(await rescope(ctx, tokens, auth))
    else if (name === 'application_credential') passed.push(await enterProgram(ctx, { passwords }, auth))
    else if (name === 'oauth1') passed.push(await enterConsumer(ctx, oauth1, headers))
    else if (name === 'totp') passed.push(await enterPasscode(ctx, logins, auth))
    else throw unsupported(ctx, name)
  }
  const [first, ...others] = passed
  if (!first) throw notAuthenticated(ctx.baseUrl)
  if (others.some(({ userId }) => userId !== first.userId)) throw notAuthenticated(ctx.baseUrl)
  const expiries = passed.flatMap(({ expiresAt }) => expiresAt ?? [])
  const parentAuditId = passed.find((login) => login.parentAuditId !== undefined)?.parentAuditId
  const thumbprint = passed.find((login) => login.thumbprint !== undefined)?.thumbprint
  const scope = passed.find((login) => login.scope !== undefined)?.scope
  const federation = passed.find((login) => login.federation !== undefined)?.federation
  return {
    userId: first.userId,
    methods: passed.flatMap((login) => login.methods),
    ...(expiries.length > 0 ? { expiresAt: Math.min(...expiries) } : {}),
    ...(parentAuditId === undefined ? {} : { parentAuditId }),
    ...(federation === undefined ? {} : { federation }),
    ...(thumbprint === undefined ? {} : { thumbprint }),
    ...(scope === undefined ? {} : { scope }),
  }
}

/** How many half minutes a one-time password may be old. */
const STEPS_BEFORE = 1

/** A one-time password of one of the seeds that the user keeps here. */
async function enterPasscode(ctx: Ctx, { passwords, credentials }: Logins, auth: Auth): Promise<Login> {
  const given = auth.identity.totp?.user
  const passcode = given?.passcode
  if (passcode === undefined) throw expecting('passcode', 'user')
  const found = await passwords.find(ctx, given)
  if (!found) throw notAuthenticated(ctx.baseUrl)
  const seeds = await credentials.listOfUser(ctx, found.user.id, 'totp')
  const right = seeds.some(({ blob }) => isTotpCode(blob, passcode, ctx.now, STEPS_BEFORE))
  if (!right) await countFailure(ctx, found.user, passwords.compliance)
  if (!right || !mayEnter(ctx, found, passwords.compliance)) throw notAuthenticated(ctx.baseUrl)
  return { userId: found.user.id, methods: ['totp'] }
}

/** A consumer with an access token, which says itself what the token is for. */
async function enterConsumer(ctx: Ctx, oauth1: OAuth1Store, { authorization, rawQuery }: Headers): Promise<Login> {
  const { id, userId, projectId } = await checkAccess(ctx, oauth1, {
    authorization,
    rawQuery,
    method: 'POST',
    path: '/v3/auth/tokens',
  })
  return { userId, methods: ['oauth1'], scope: { kind: 'oauth1', projectId, accessTokenId: id } }
}

/** A program with the secret of an application credential, which says itself what the token is for. */
async function enterProgram(ctx: Ctx, { passwords }: Pick<Logins, 'passwords'>, auth: Auth): Promise<Login> {
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
  const owner = given.id ? undefined : await passwords.find(ctx, given.user)
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
  const details = { headers: notAuthenticated(ctx.baseUrl).headers, extra: { identity: { methods: LOGIN_METHODS } } }
  return unauthorized(
    isMethod(name)
      ? 'The request you have made requires authentication.'
      : 'Attempted to authenticate with an unsupported method.',
    details,
  )
}

/** A token for a token: never a longer life, never out of the system into a project. */
async function exchange(ctx: Ctx, tokens: TokenRegistry, auth: Auth, id: string | undefined): Promise<Login> {
  if (id === undefined) throw expecting('id', 'token')
  const { payload, authority } = await tokens.entryOf(ctx, id)
  const { scope } = auth
  if (authority.system && typeof scope === 'object' && (scope.project || scope.domain)) {
    throw forbiddenFor('Using a system-scoped token to create a project-scoped or domain-scoped token is not allowed.')
  }
  refuseLoans(payload.scope, scope)
  const federation = federationOf(payload.scope)
  if (federation) {
    await getEnabledProvider(ctx, federation.identityProviderId)
    await getProtocol(ctx, federation.identityProviderId, federation.protocolId)
  }
  const chain = payload.auditIds.at(-1)
  return {
    userId: payload.userId,
    methods: ['token', ...payload.methods],
    expiresAt: payload.expiresAt,
    ...(chain === undefined ? {} : { parentAuditId: chain }),
    ...(federation ? { federation } : {}),
    ...(payload.scope.kind === 'oauth2' ? { thumbprint: payload.scope.thumbprint } : {}),
    // It must not get out of the bounds of the credential.
    ...(payload.scope.kind === 'application_credential' ? { scope: payload.scope } : {}),
  }
}

/** A federated token for one with a scope: the older name of an exchange. */
async function rescope(ctx: Ctx, tokens: TokenRegistry, auth: Auth): Promise<Login> {
  const login = await exchange(ctx, tokens, auth, auth.identity.mapped?.id)
  if (!login.federation) throw notAuthenticated(ctx.baseUrl)
  return { ...login, methods: ['mapped'] }
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
