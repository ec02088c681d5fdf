import { createHash } from 'node:crypto'
import type { Caller } from '#platform/auth/caller.ts'
import type { Ctx } from '#platform/context.ts'
import { type Attributes, isAttributes } from '../attributes.ts'
import { expecting, forbiddenFor, validationError } from '../errors.ts'

/** The id of an EC2 credential: whoever has the access key finds it, and nobody guesses it. */
export const ec2Id = (access: string): string => createHash('sha256').update(access, 'utf8').digest('hex')

/** The content of an EC2 blob. @throws badRequest where it has no access key */
export function parseEc2Blob(blob: string): Attributes & { readonly access: string } {
  const value = parseJson(blob)
  if (!isAttributes(value)) throw expecting('blob', 'credential')
  const { access } = value
  if (typeof access !== 'string') throw expecting('access', 'credential')
  return { ...value, access }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw validationError('Invalid blob in credential')
  }
}

/** Borrowed rights reach the credentials of their one project, and none that belong to no project. @throws forbidden */
export function refuseForeign({ caller }: Ctx, projectId: string | null | undefined): void {
  if (!isForeign(caller.token?.delegation != null, caller.projectId, projectId)) return
  throw forbiddenFor('Credential project does not match the project scope of the delegated token')
}

export const isForeign = (delegated: boolean, own: string | null, projectId: string | null | undefined): boolean =>
  delegated && (projectId ?? null) !== own

/** What a key that is made with borrowed rights is bound to for ever. */
export function boundsOf(caller: Caller): Readonly<Record<string, string>> {
  const delegation = caller.token?.delegation
  if (!delegation) return {}
  const { kind, id } = delegation
  if (kind === 'trust') return { trust_id: id }
  return kind === 'oauth1' ? { access_token_id: id } : { app_cred_id: id }
}
