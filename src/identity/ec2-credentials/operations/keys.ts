// EC2 keys by the older API: the same credentials, found by their access key.

import type { Ctx } from '#platform/context.ts'
import { newHexId } from '#platform/ids.ts'
import { refuseRestricted } from '../../application-credentials/rules.ts'
import { boundsOf, ec2Id, isForeign, refuseForeign } from '../../credentials/rules.ts'
import { type Credential, type CredentialStore, removeCredential } from '../../credentials/store.ts'
import { credentialTarget } from '../../credentials/view.ts'
import { notAuthenticated, notFoundIn } from '../../errors.ts'
import { findProject } from '../../projects/store.ts'
import { findUser } from '../../users/store.ts'

async function checkUser(ctx: Ctx, userId: string): Promise<void> {
  if (!(await findUser(ctx, userId))) throw notFoundIn('user', userId)
}

/** @throws notFound (user), forbidden */
export async function listEc2Credentials(ctx: Ctx, store: CredentialStore, userId: string): Promise<Credential[]> {
  ctx.authorize('identity:ec2_list_credentials', { user_id: userId })
  await checkUser(ctx, userId)
  const { projectId, token } = ctx.caller
  const delegated = token?.delegation != null
  return (await store.listOfUser(ctx, userId, 'ec2')).filter((row) => !isForeign(delegated, projectId, row.projectId))
}

/** @throws notFound (user, project), forbidden */
export async function createEc2Credential(
  ctx: Ctx,
  store: CredentialStore,
  userId: string,
  projectId: string,
): Promise<Credential> {
  ctx.authorize('identity:ec2_create_credential', { target: { credential: { user_id: userId } } })
  refuseRestricted(ctx)
  await checkUser(ctx, userId)
  if (!(await findProject(ctx, projectId))) throw notFoundIn('project', projectId)
  refuseForeign(ctx, projectId)
  const access = newHexId()
  const blob = { access, secret: newHexId(), trust_id: null, ...boundsOf(ctx.caller) }
  const credential: Credential = {
    id: ec2Id(access),
    userId,
    projectId,
    type: 'ec2',
    blob: JSON.stringify(blob),
    extra: {},
  }
  await store.insert(ctx, credential)
  return credential
}

/** A key of a user, by its access key. @throws notFound, forbidden, unauthorized (a credential of another kind) */
export async function getEc2Credential(
  ctx: Ctx,
  store: CredentialStore,
  userId: string,
  access: string,
  rule = 'identity:ec2_get_credential',
): Promise<Credential> {
  const id = ec2Id(access)
  const credential = await store.find(ctx, id)
  if (!credential) {
    // Keystone says so before it asks the rule; nobody can guess an access key.
    ctx.can(rule, {})
    throw notFoundIn('credential', id)
  }
  ctx.authorize(rule, { target: { credential: credentialTarget(credential) } })
  await checkUser(ctx, userId)
  if (credential.type !== 'ec2') throw notAuthenticated(ctx.baseUrl)
  refuseForeign(ctx, credential.projectId)
  return credential
}

/** @throws notFound, forbidden */
export async function deleteEc2Credential(
  ctx: Ctx,
  store: CredentialStore,
  userId: string,
  access: string,
): Promise<void> {
  const { id } = await getEc2Credential(ctx, store, userId, access, 'identity:ec2_delete_credential')
  await removeCredential(ctx, id)
}
