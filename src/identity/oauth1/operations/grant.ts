// The three steps of OAuth 1.0a: a consumer asks, a user agrees, the consumer is given an access token. And its use in a login.

import { randomInt } from 'node:crypto'
import { type OAuthParameters, isSignedBy, parseOAuthHeader } from '#lib/oauth1/signature.ts'
import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { notFound, unauthorized } from '#platform/errors.ts'
import { newHexId } from '#platform/ids.ts'
import { resolveRoles } from '../../assignments/operations/resolve.ts'
import { expecting, forbiddenSilently, notAuthenticated, notFoundIn } from '../../errors.ts'
import { listGroupIdsOfUser } from '../../groups/store.ts'
import { findProject } from '../../projects/store.ts'
import { findRoleByName } from '../../roles/store.ts'
import type { AuthorizeToken } from '../schemas.ts'
import {
  type AccessToken,
  authorizeRequestToken,
  type OAuth1Store,
  removeRequestToken,
  type RequestToken,
} from '../store.ts'

const REQUEST_LIFE_MS = 28_800_000
const ACCESS_LIFE_MS = 86_400_000
/** How far a consumer's clock may be off. */
const SKEW_MS = 600_000

/** A signed request as the route has it. */
export type Signed = {
  readonly method: string
  /** `/v3/OS-OAUTH1/request_token` */
  readonly path: string
  readonly rawQuery: string
  readonly authorization: string | undefined
}

function readHeader(ctx: Ctx, { authorization }: Signed): OAuthParameters {
  const oauth = parseOAuthHeader(authorization)
  if (!oauth) throw expecting('oauth_consumer_key', 'request')
  const time = Number(oauth['oauth_timestamp']) * 1000
  if (!(Math.abs(ctx.now - time) <= SKEW_MS)) throw notAuthenticated(ctx.baseUrl)
  return oauth
}

const required = (oauth: OAuthParameters, name: string): string => {
  const value = oauth[name]
  if (!value) throw expecting(name, 'request')
  return value
}

const isSigned = (
  ctx: Ctx,
  { method, path, rawQuery }: Signed,
  oauth: OAuthParameters,
  consumer: string,
  token: string,
) => isSignedBy({ method, url: `${ctx.baseUrl}${path}`, rawQuery, oauth }, consumer, token)

/** A consumer asks for rights in a project. @throws badRequest, unauthorized, notFound (project, consumer) */
export async function createRequestToken(
  ctx: Ctx,
  store: OAuth1Store,
  request: Signed,
  projectId: string | string[] | undefined,
): Promise<RequestToken> {
  const oauth = readHeader(ctx, request)
  const consumerId = required(oauth, 'oauth_consumer_key')
  if (typeof projectId !== 'string' || projectId === '') throw expecting('Requested-Project-Id', 'request')
  if (!(await findProject(ctx, projectId))) throw notFoundIn('project', projectId)
  const consumer = await store.findConsumer(ctx, consumerId)
  if (!consumer) throw notFound('Consumer not found')
  if (!isSigned(ctx, request, oauth, consumer.secret, '')) throw notAuthenticated(ctx.baseUrl)
  const token: RequestToken = {
    id: newHexId(),
    consumerId,
    projectId,
    secret: newHexId(),
    userId: null,
    verifier: null,
    roleIds: [],
    expiresAt: ctx.now + REQUEST_LIFE_MS,
  }
  await store.insertRequestToken(ctx, token)
  return token
}

/**
 * A user agrees, with some of its roles in the project that was asked for. Gives the verifier to show to the consumer.
 * @throws notFound, forbidden (borrowed rights), unauthorized (expired, roles that the user has not)
 */
export async function authorizeRequest(
  ctx: Ctx,
  store: OAuth1Store,
  id: string,
  { roles }: AuthorizeToken,
): Promise<string> {
  if (ctx.caller.token?.delegation) throw forbiddenSilently()
  const token = await findLive(ctx, store, id)
  const roleIds: string[] = []
  for (const role of roles) {
    const roleId = role.id ?? (await findRoleByName(ctx, role.name ?? ''))?.id
    if (roleId === undefined) throw notFoundIn('role', role.name ?? '')
    roleIds.push(roleId)
  }
  const own = new Set((await rolesOf(ctx, ctx.caller.userId, token.projectId)).map((role) => role.id))
  if (!roleIds.every((roleId) => own.has(roleId))) throw notAuthenticated(ctx.baseUrl)
  const verifier = newVerifier()
  await authorizeRequestToken(ctx, id, { userId: ctx.caller.userId, roleIds: [...new Set(roleIds)], verifier })
  return verifier
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const newVerifier = (): string => Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('')

async function findLive(ctx: Ctx, store: OAuth1Store, id: string): Promise<RequestToken> {
  const token = await store.findRequestToken(ctx, id)
  if (!token) throw notFound('Request token not found')
  if (token.expiresAt < ctx.now) throw notAuthenticated(ctx.baseUrl)
  return token
}

/** The roles of a user in a project. @throws notFound */
export async function rolesOf(ctx: Ctx, userId: string, projectId: string) {
  const project = await findProject(ctx, projectId)
  if (!project) throw notFoundIn('project', projectId)
  const actors = { users: [userId], groups: await listGroupIdsOfUser(ctx, userId) }
  return resolveRoles(ctx, actors, { kind: 'project', project })
}

/** The consumer gives back the verifier, and gets an access token, once. @throws badRequest, notFound, unauthorized */
export async function createAccessToken(ctx: Ctx, store: OAuth1Store, request: Signed): Promise<AccessToken> {
  const oauth = readHeader(ctx, request)
  const consumerId = required(oauth, 'oauth_consumer_key')
  const asked = await findLive(ctx, store, required(oauth, 'oauth_token'))
  const verifier = required(oauth, 'oauth_verifier')
  const consumer = await store.findConsumer(ctx, consumerId)
  const right = consumer !== undefined && isSigned(ctx, request, oauth, consumer.secret, asked.secret)
  const { userId } = asked
  if (!right || asked.consumerId !== consumerId || asked.verifier !== verifier || userId === null) {
    throw notAuthenticated(ctx.baseUrl)
  }
  const token: AccessToken = {
    id: newHexId(),
    consumerId,
    projectId: asked.projectId,
    secret: newHexId(),
    userId,
    roleIds: asked.roleIds,
    expiresAt: ctx.now + ACCESS_LIFE_MS,
  }
  await inTransaction(ctx, async (tx) => {
    if (!(await removeRequestToken(tx, asked.id))) throw notAuthenticated(ctx.baseUrl)
    await store.insertAccessToken(tx, token)
  })
  return token
}

/** The access token of a login that is signed with it. @throws badRequest, notFound, unauthorized */
export async function checkAccess(ctx: Ctx, store: OAuth1Store, request: Signed): Promise<AccessToken> {
  const oauth = parseOAuthHeader(request.authorization)
  if (!oauth) throw expecting('oauth_token', 'request')
  const token = await store.findAccessToken(ctx, required(oauth, 'oauth_token'))
  if (!token) throw notFound('Access token not found')
  const header = readHeader(ctx, request)
  const consumer = await store.findConsumer(ctx, token.consumerId)
  const right = consumer !== undefined && isSigned(ctx, request, header, consumer.secret, token.secret)
  if (!right || token.expiresAt < ctx.now || oauth['oauth_consumer_key'] !== token.consumerId) {
    throw unauthorized('The request you have made requires authentication.', notAuthenticated(ctx.baseUrl))
  }
  return token
}
