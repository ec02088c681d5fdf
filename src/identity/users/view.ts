import { isoMicros } from '#platform/clock.ts'
import type { Ctx } from '#platform/context.ts'
import type { Federated } from '../federation/operations/users.ts'
import { linkTo } from '../lists.ts'
import type { User } from './store.ts'

/**
 * A user as the API shows it: never its password, and the default project only where there is one.
 * @param federated what identity providers call it: shown of a single user alone
 */
export const viewUser = (ctx: Ctx, user: User, federated: Federated = []) => ({
  ...user.extra,
  id: user.id,
  name: user.name,
  domain_id: user.domainId,
  enabled: user.enabled,
  ...(user.defaultProjectId === null ? {} : { default_project_id: user.defaultProjectId }),
  password_expires_at: user.password?.expiresAt == null ? null : isoMicros(user.password.expiresAt),
  options: user.options,
  ...(federated.length === 0 ? {} : { federated }),
  links: { self: linkTo(ctx, `users/${user.id}`) },
})

/** What rules may look at of a user: `target.user.…`. */
export const userTarget = ({ id, domainId, name }: User) => ({ id, domain_id: domainId, name })
