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

/** A group of a user: a membership that ends by itself would say when. */
export const viewGroupOfUser = (ctx: Ctx, group: Group) => ({ ...viewGroup(ctx, group), membership_expires_at: null })

/** What rules may look at of a group: `target.group.…`. */
export const groupTarget = ({ id, domainId }: Group) => ({ id, domain_id: domainId })
