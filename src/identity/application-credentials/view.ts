import type { Ctx } from '#platform/context.ts'
import { linkTo } from '../lists.ts'
import type { Role } from '../roles/store.ts'
import { formatMicros } from '../times.ts'
import type { AccessRuleRow, ApplicationCredential } from './store.ts'

/** A credential with what it refers to. */
export type Full = {
  readonly credential: ApplicationCredential
  readonly roles: readonly Role[]
  readonly rules: readonly AccessRuleRow[] | null
}

/** An application credential as the API shows it; the secret only once, to who made it. */
export const viewApplicationCredential = (ctx: Ctx, { credential, roles, rules }: Full, secret?: string) => ({
  id: credential.id,
  name: credential.name,
  description: credential.description,
  project_id: credential.projectId,
  user_id: credential.userId,
  expires_at: credential.expiresAt === null ? null : formatMicros(credential.expiresAt),
  system: null,
  unrestricted: credential.unrestricted,
  roles: roles.map(({ id, name, domainId, description, options }) => ({
    id,
    name,
    domain_id: domainId,
    description,
    options,
  })),
  ...(rules === null
    ? {}
    : { access_rules: rules.map(({ id, path, method, service }) => ({ id, path, method, service })) }),
  ...(secret === undefined ? {} : { secret }),
  links: { self: linkTo(ctx, `users/${credential.userId}/application_credentials/${credential.id}`) },
})

/** An access rule as the API shows it. */
export const viewAccessRule = (ctx: Ctx, { id, path, method, service, user_id }: AccessRuleRow) => ({
  id,
  path,
  method,
  service,
  links: { self: linkTo(ctx, `users/${user_id}/access_rules/${id}`) },
})
