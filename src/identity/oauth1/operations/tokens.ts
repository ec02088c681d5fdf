import type { Ctx } from '#platform/context.ts'
import { forbidden, notFound } from '#platform/errors.ts'
import { credentialTarget } from '../../credentials/view.ts'
import { notFoundIn } from '../../errors.ts'
import { listRolesByIds, type Role } from '../../roles/store.ts'
import { type AccessToken, type OAuth1Store, removeAccessToken } from '../store.ts'

function refuseLoans({ caller }: Ctx): void {
  if (caller.token?.delegation) throw forbidden('Cannot manage OAuth access tokens with a token issued via delegation.')
}

/** What a user has given away. @throws forbidden */
export async function listAccessTokens(ctx: Ctx, store: OAuth1Store, userId: string): Promise<AccessToken[]> {
  refuseLoans(ctx)
  return store.listAccessTokens(ctx, userId)
}

/** @throws notFound, forbidden */
export async function getAccessToken(ctx: Ctx, store: OAuth1Store, userId: string, id: string): Promise<AccessToken> {
  refuseLoans(ctx)
  const token = await store.findAccessToken(ctx, id)
  if (token?.userId !== userId) throw notFound('Access token not found')
  return token
}

/** Takes back what a user has given away; Keystone asks the rule of EC2 keys. @throws notFound, forbidden */
export async function deleteAccessToken(ctx: Ctx, store: OAuth1Store, userId: string, id: string): Promise<void> {
  const token = await store.findAccessToken(ctx, id)
  const target = token && { id, userId: token.userId, projectId: token.projectId, type: 'oauth1', blob: '', extra: {} }
  ctx.authorize('identity:ec2_delete_credential', target ? { target: { credential: credentialTarget(target) } } : {})
  await getAccessToken(ctx, store, userId, id)
  await removeAccessToken(ctx, id)
}

/** @throws notFound, forbidden */
export async function listAccessTokenRoles(ctx: Ctx, store: OAuth1Store, userId: string, id: string): Promise<Role[]> {
  return listRolesByIds(ctx, (await getAccessToken(ctx, store, userId, id)).roleIds)
}

/** @throws notFound, forbidden */
export async function getAccessTokenRole(
  ctx: Ctx,
  store: OAuth1Store,
  userId: string,
  id: string,
  roleId: string,
): Promise<Role> {
  const role = (await listAccessTokenRoles(ctx, store, userId, id)).find((row) => row.id === roleId)
  if (!role) throw notFoundIn('role', roleId)
  return role
}
