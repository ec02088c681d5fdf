import { randomBytes } from 'node:crypto'
import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { badRequest, notFound } from '#platform/errors.ts'
import { newHexId } from '#platform/ids.ts'
import { resolveRoles } from '../../assignments/operations/resolve.ts'
import { withImplied } from '../../assignments/rules.ts'
import { duplicateName, forbiddenFor, notFoundIn } from '../../errors.ts'
import { listGroupIdsOfUser } from '../../groups/store.ts'
import { findProject } from '../../projects/store.ts'
import { findRoleByName, listImplications } from '../../roles/store.ts'
import { parseExpiry } from '../../times.ts'
import type { Passwords } from '../../tokens/operations/password.ts'
import { refuseBorrowed, refuseRestricted } from '../rules.ts'
import type { CreateApplicationCredential, GivenRule } from '../schemas.ts'
import * as store from '../store.ts'
import type { Full } from '../view.ts'
import { getApplicationCredential, withParts } from './read.ts'

/** The user may have a few hundred; more is a mistake. */
const MOST_RULES = 100

/**
 * Lends a part of the caller's rights in its project to whoever knows the secret.
 * @throws forbidden, badRequest (roles the token has not, expiry), conflict (name)
 */
export async function createApplicationCredential(
  ctx: Ctx,
  passwords: Passwords,
  userId: string,
  body: CreateApplicationCredential,
): Promise<{ full: Full; secret: string }> {
  ctx.authorize('identity:create_application_credential', { user_id: userId })
  refuseBorrowed(ctx)
  refuseRestricted(ctx)
  const { caller } = ctx
  if (caller.userId !== userId) throw forbiddenFor('Cannot create an application credential for another user.')
  if (caller.projectId === null) throw invalid('a project-scoped token is required')
  const roleIds = await rolesOf(ctx, caller.projectId, body.roles)
  const secret = body.secret || randomBytes(64).toString('base64url')
  const secretHash = await passwords.hash(secret)
  return inTransaction(ctx, async (tx) => {
    const credential: store.ApplicationCredential = {
      id: newHexId(),
      userId,
      projectId: caller.projectId ?? '',
      name: body.name,
      description: body.description ?? null,
      secretHash,
      expiresAt: body.expires_at ? parseExpiry(body.expires_at, ctx.now) : null,
      unrestricted: body.unrestricted ?? false,
      roleIds,
      accessRuleIds: await rulesOf(tx, userId, body.access_rules),
    }
    try {
      await store.insertApplicationCredential(tx, credential)
    } catch (error) {
      throw isUniqueViolation(error) ? duplicateName('application_credential', body.name, null) : error
    }
    const [full] = await withParts(tx, [credential])
    if (!full) throw notFoundIn('Application Credential', credential.id)
    return { full, secret }
  })
}

const invalid = (detail: string) => badRequest(`Invalid application credential: ${detail}`)

/** The roles that were asked for with all they imply, or all that the caller has: never one that the caller has not. */
async function rolesOf(
  ctx: Ctx,
  projectId: string,
  given: CreateApplicationCredential['roles'],
): Promise<readonly string[]> {
  const project = await findProject(ctx, projectId)
  if (!project) throw notFoundIn('project', projectId)
  const actors = { users: [ctx.caller.userId], groups: await listGroupIdsOfUser(ctx, ctx.caller.userId) }
  const names = new Set(ctx.caller.roles)
  // The token may be of an application credential that has less than its user.
  const own = (await resolveRoles(ctx, actors, { kind: 'project', project })).filter(({ name }) => names.has(name))
  const ownIds = new Set(own.map(({ id }) => id))
  if (!given || given.length === 0) return [...ownIds]
  const asked: string[] = []
  for (const { id, name } of given) {
    const role = id ?? (await findRoleByName(ctx, name ?? ''))?.id
    if (role === undefined) throw notFound(`Role ${name} is not defined`)
    asked.push(role)
  }
  const wanted = withImplied(asked, await listImplications(ctx))
  for (const id of wanted) {
    if (!ownIds.has(id)) throw invalid('Cannot create an application credential with unassigned role')
  }
  return [...wanted]
}

async function rulesOf(ctx: Ctx, userId: string, given: readonly GivenRule[] | undefined): Promise<string[] | null> {
  if (!given || given.length === 0) return null
  if (given.length > MOST_RULES) throw invalid(`more than ${MOST_RULES} access rules`)
  const ids: string[] = []
  for (const { id, service, path, method } of given) {
    if (id !== undefined) {
      const known = await store.findAccessRule(ctx, id)
      if (known?.user_id !== userId) throw notFoundIn('Access Rule', id)
      ids.push(id)
      continue
    }
    if (service === undefined || path === undefined || method === undefined) {
      throw invalid('an access rule needs service, path and method')
    }
    const rule = { user_id: userId, service, path, method }
    const same = await store.findSameAccessRule(ctx, rule)
    if (!same) await store.insertAccessRule(ctx, { ...rule, id: newHexId() })
    ids.push((same ?? (await store.findSameAccessRule(ctx, rule)))?.id ?? '')
  }
  return [...new Set(ids)]
}

/** @throws notFound, forbidden */
export async function deleteApplicationCredential(ctx: Ctx, userId: string, id: string): Promise<void> {
  await getApplicationCredential(ctx, userId, id, 'identity:delete_application_credential')
  refuseRestricted(ctx)
  await store.removeApplicationCredential(ctx, id)
}
