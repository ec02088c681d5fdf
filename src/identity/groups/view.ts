import { isoMicros } from '#platform/clock.ts'
import type { Ctx } from '#platform/context.ts'
import { linkTo } from '../lists.ts'
import type { Group } from './store.ts'

/** A group as the API shows it. */
export const viewGroup = (ctx: Ctx, group: Group) => ({
  ...group.extra,
  id: group.id,
  name: group.name,
  domain_id: group.domainId,
  description: group.description,
  links: { self: linkTo(ctx, `groups/${group.id}`) },
})

/** A group of a user; `endsAt`: when the membership ends by itself, in milliseconds since 1970. */
export const viewGroupOfUser = (ctx: Ctx, group: Group, endsAt: number | undefined) => ({
  ...viewGroup(ctx, group),
  membership_expires_at: endsAt === undefined ? null : isoMicros(endsAt),
})

/** What rules may look at of a group: `target.group.…`. */
export const groupTarget = ({ id, domainId }: Group) => ({ id, domain_id: domainId })
