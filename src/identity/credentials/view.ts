import type { Ctx } from '#platform/context.ts'
import { type Attributes, isAttributes } from '../attributes.ts'
import { linkTo } from '../lists.ts'
import type { Credential } from './store.ts'

/** A credential as the API shows it, to its owner: with its blob. */
export const viewCredential = (ctx: Ctx, credential: Credential) => ({
  ...credential.extra,
  id: credential.id,
  user_id: credential.userId,
  project_id: credential.projectId,
  type: credential.type,
  blob: credential.blob,
  links: { self: linkTo(ctx, `credentials/${credential.id}`) },
})

/** The same as the older EC2 API shows it. */
export function viewEc2Credential(ctx: Ctx, credential: Credential) {
  const parsed: unknown = JSON.parse(credential.blob)
  const blob: Attributes = isAttributes(parsed) ? parsed : {}
  const { access, secret, trust_id = null } = blob
  return {
    user_id: credential.userId,
    tenant_id: credential.projectId,
    access,
    secret,
    trust_id,
    links: { self: linkTo(ctx, `users/${credential.userId}/credentials/OS-EC2/${String(access)}`) },
  }
}

/** What rules may look at of a credential: `target.credential.…`. */
export const credentialTarget = ({ id, userId, projectId, type }: Credential) => ({
  id,
  user_id: userId,
  project_id: projectId,
  type,
})
