import type { Ctx } from '#platform/context.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { newHexId } from '#platform/ids.ts'
import { refuseRestricted } from '../application-credentials/rules.ts'
import { isOtherId, otherAttributes } from '../attributes.ts'
import { conflictIn, notFoundIn, validationError } from '../errors.ts'
import { cut, type ListQuery, pageOf } from '../lists.ts'
import { boundsOf, ec2Id, isForeign, parseEc2Blob, refuseForeign } from './rules.ts'
import type { CreateCredential, UpdateCredential } from './schemas.ts'
import { type Credential, credentialFilters, type CredentialStore, removeCredential } from './store.ts'
import { credentialTarget } from './view.ts'

export type { CredentialStore } from './store.ts'

const columns: ReadonlySet<string> = new Set(['id', 'user_id', 'project_id', 'type', 'blob', 'links'])

/** A credential, if the rule lets the caller. @throws notFound, forbidden */
export async function getCredential(
  ctx: Ctx,
  store: CredentialStore,
  id: string,
  rule = 'identity:get_credential',
): Promise<Credential> {
  const credential = await store.find(ctx, id)
  ctx.authorize(rule, credential ? { target: { credential: credentialTarget(credential) } } : {})
  if (!credential) throw notFoundIn('credential', id)
  refuseForeign(ctx, credential.projectId)
  return credential
}

/** What the caller may see of the credentials there are. */
export async function listCredentials(ctx: Ctx, store: CredentialStore, query: ListQuery) {
  const { userId, systemScope, projectId, token } = ctx.caller
  ctx.authorize('identity:list_credentials', systemScope ? {} : { target: { credential: { user_id: userId } } })
  const page = pageOf(query, credentialFilters)
  const { rows, more } = cut(await store.list(ctx, page), page)
  const delegated = token?.delegation != null
  const visible = rows.filter(
    (row) =>
      ctx.can('identity:get_credential', { target: { credential: credentialTarget(row) } }) &&
      !isForeign(delegated, projectId, row.projectId),
  )
  return { rows: visible, more }
}

/** @throws forbidden, badRequest (blob), conflict (access key) */
export async function createCredential(ctx: Ctx, store: CredentialStore, body: CreateCredential): Promise<Credential> {
  ctx.authorize('identity:create_credential', { target: { credential: { user_id: body.user_id } } })
  const ec2 = body.type.toLowerCase() === 'ec2'
  if (ec2) refuseRestricted(ctx, 'additional credentials')
  refuseForeign(ctx, body.project_id)
  if (ec2 && !body.project_id)
    throw validationError("Invalid input for field 'credential': 'project_id' is a required property")
  const blob = ec2 ? parseEc2Blob(body.blob) : undefined
  const credential: Credential = {
    id: blob ? ec2Id(blob.access) : newHexId(),
    userId: body.user_id,
    projectId: body.project_id ?? null,
    type: body.type,
    blob: blob ? JSON.stringify({ ...blob, ...boundsOf(ctx.caller) }) : body.blob,
    extra: otherAttributes(body, columns),
  }
  try {
    await store.insert(ctx, credential)
  } catch (error) {
    throw isUniqueViolation(error) ? conflictIn('credential', `Duplicate entry found with ID ${credential.id}`) : error
  }
  return credential
}

/** @throws notFound, forbidden, badRequest (id, blob, bounds of a key) */
export async function updateCredential(
  ctx: Ctx,
  store: CredentialStore,
  id: string,
  body: UpdateCredential,
): Promise<Credential> {
  const old = await getCredential(ctx, store, id, 'identity:update_credential')
  if (isOtherId(body, id)) throw validationError('Cannot change ID')
  if (old.type.toLowerCase() === 'ec2' && body.blob !== undefined) refuseUnbinding(old.blob, body.blob)
  const credential: Credential = {
    ...old,
    userId: body.user_id ?? old.userId,
    projectId: body.project_id === undefined ? old.projectId : body.project_id,
    type: body.type ?? old.type,
    blob: body.blob ?? old.blob,
    extra: { ...old.extra, ...otherAttributes(body, columns) },
  }
  // It must not be given to somebody the caller may not give it to, nor leave the project.
  ctx.authorize('identity:update_credential', { target: { credential: credentialTarget(credential) } })
  refuseForeign(ctx, credential.projectId)
  await store.save(ctx, credential)
  return credential
}

function refuseUnbinding(before: string, after: string): void {
  const [old, fresh] = [parseEc2Blob(before), parseEc2Blob(after)]
  for (const key of ['trust_id', 'app_cred_id', 'access_token_id', 'access_id']) {
    if ((old[key] ?? null) !== (fresh[key] ?? null)) throw validationError(`${key} can not be updated for credential`)
  }
}

/** @throws notFound, forbidden */
export async function deleteCredential(ctx: Ctx, store: CredentialStore, id: string): Promise<void> {
  await getCredential(ctx, store, id, 'identity:delete_credential')
  await removeCredential(ctx, id)
}
