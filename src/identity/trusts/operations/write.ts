import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { forbidden } from '#platform/errors.ts'
import { newHexId } from '#platform/ids.ts'
import { resolveAllRoles } from '../../assignments/operations/resolve.ts'
import { otherAttributes } from '../../attributes.ts'
import { forbiddenFor, forbiddenSilently, notFoundIn, validationError } from '../../errors.ts'
import { listGroupIdsOfUser } from '../../groups/store.ts'
import { findProject } from '../../projects/store.ts'
import { findRoleByName } from '../../roles/store.ts'
import { parseExpiry } from '../../times.ts'
import { findUser } from '../../users/store.ts'
import { checkRedelegation, MOST_REDELEGATIONS } from '../rules.ts'
import type { CreateTrust } from '../schemas.ts'
import * as store from '../store.ts'
import { getTrust, refusePrograms } from './read.ts'

const columns: ReadonlySet<string> = new Set([
  'id',
  'trustor_user_id',
  'trustee_user_id',
  'project_id',
  'impersonation',
  'expires_at',
  'remaining_uses',
  'redelegated_trust_id',
  'redelegation_count',
  'allow_redelegation',
  'deleted_at',
  'roles',
  'roles_links',
  'links',
])

/**
 * Lends roles of the caller, or hands on a trust that the caller's token comes from.
 * @throws forbidden, notFound (trustee, project, a role that the trustor has not), badRequest
 */
export async function createTrust(ctx: Ctx, body: CreateTrust): Promise<store.Trust> {
  ctx.authorize('identity:create_trust', { target: { trust: body } })
  refusePrograms(ctx)
  if (body.project_id && !body.roles?.length) throw forbiddenFor('At least one role should be specified')
  if (ctx.caller.userId !== body.trustor_user_id) throw forbiddenFor('The authenticated user should match the trustor')
  if (!(await findUser(ctx, body.trustee_user_id))) throw notFoundIn('user', body.trustee_user_id)
  const parent = await handedOn(ctx)
  const redelegatable = body.allow_redelegation === true && body.redelegation_count !== 0
  checkCounts(body, redelegatable, parent)
  const roleIds = await rolesOf(ctx, body)
  await checkTrustor(ctx, body, parent, roleIds)
  const trust: store.Trust = {
    id: newHexId(),
    trustorId: body.trustor_user_id,
    trusteeId: body.trustee_user_id,
    projectId: body.project_id ?? null,
    impersonation: body.impersonation,
    expiresAt: body.expires_at ? parseExpiry(body.expires_at, ctx.now) : (parent?.expiresAt ?? null),
    remainingUses: body.remaining_uses ?? null,
    redelegatedTrustId: parent?.id ?? null,
    redelegationCount: redelegatable
      ? (body.redelegation_count ?? (parent ? parent.redelegationCount - 1 : MOST_REDELEGATIONS))
      : 0,
    roleIds,
    extra: otherAttributes(body, columns),
  }
  for (const above of parent ? await pedigree(ctx, parent) : []) checkRedelegation(above, trust)
  await store.insertTrust(ctx, trust)
  return trust
}

function checkCounts(body: CreateTrust, redelegatable: boolean, parent: store.Trust | undefined): void {
  if (!redelegatable) return
  if ((body.redelegation_count ?? 0) > MOST_REDELEGATIONS) {
    throw forbiddenSilently()
  }
  if (body.remaining_uses != null) throw validationError('remaining_uses must not be set if redelegation is allowed')
  if (parent && body.redelegation_count && body.redelegation_count !== parent.redelegationCount - 1) {
    throw forbidden(
      'Modifying "redelegation_count" upon redelegation is forbidden. Omitting this parameter is advised.',
    )
  }
}

/** The trust that the caller's own token comes from. @throws forbidden for other borrowed rights */
async function handedOn(ctx: Ctx): Promise<store.Trust | undefined> {
  const delegation = ctx.caller.token?.delegation
  if (!delegation) return undefined
  if (delegation.kind !== 'trust') throw forbiddenFor('Redelegation allowed for delegated by trust only')
  const trust = await store.findTrust(ctx, delegation.id, ctx.now)
  if (!trust) throw notFoundIn('trust', delegation.id)
  return trust
}

/** A trust and those it was handed on from. */
export async function pedigree(ctx: Ctx, trust: store.Trust): Promise<store.Trust[]> {
  const chain = [trust]
  for (const { redelegatedTrustId } of chain) {
    const above = redelegatedTrustId === null ? undefined : await store.findTrust(ctx, redelegatedTrustId, ctx.now)
    if (above && chain.length <= MOST_REDELEGATIONS) chain.push(above)
  }
  return chain
}

async function rolesOf(ctx: Ctx, { roles = [] }: CreateTrust): Promise<string[]> {
  const ids: string[] = []
  for (const { id, name } of roles) {
    const role = id ?? (await findRoleByName(ctx, name ?? ''))?.id
    if (role === undefined) throw notFoundIn('role', name ?? '')
    ids.push(role)
  }
  return ids
}

/** Only what the (first) trustor has can be lent. */
async function checkTrustor(
  ctx: Ctx,
  body: CreateTrust,
  parent: store.Trust | undefined,
  roleIds: readonly string[],
): Promise<void> {
  if (!body.project_id) {
    const [first] = roleIds
    if (first !== undefined) throw notFoundIn('role', first)
    return
  }
  const project = await findProject(ctx, body.project_id)
  if (!project) throw notFoundIn('project', body.project_id)
  const chain = parent ? await pedigree(ctx, parent) : []
  const trustor = chain.at(-1)?.trustorId ?? body.trustor_user_id
  const actors = { users: [trustor], groups: await listGroupIdsOfUser(ctx, trustor) }
  const own = new Set((await resolveAllRoles(ctx, actors, { kind: 'project', project })).map(({ id }) => id))
  const missing = roleIds.find((id) => !own.has(id))
  if (missing !== undefined) throw notFoundIn('role', missing)
}

/** Takes a trust back, and those it was handed on to. @throws notFound, forbidden */
export const deleteTrust = (ctx: Ctx, id: string): Promise<void> =>
  inTransaction(ctx, async (tx) => {
    const trust = await getTrust(tx, id, 'identity:delete_trust')
    const gone = [trust.id]
    for (const parent of gone) {
      await store.removeTrust(tx, parent)
      for (const child of await store.listTrusts(tx, { redelegatedTrustId: parent })) gone.push(child.id)
    }
  })
