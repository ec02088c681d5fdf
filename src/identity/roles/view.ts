import type { Ctx } from '#platform/context.ts'
import { linkTo } from '../lists.ts'
import type { Role } from './store.ts'

/** A role as the API shows it. */
export const viewRole = (ctx: Ctx, role: Role) => ({
  ...role.extra,
  id: role.id,
  name: role.name,
  domain_id: role.domainId,
  description: role.description,
  options: role.options,
  links: { self: linkTo(ctx, `roles/${role.id}`) },
})

/** A role inside an inference. */
const viewRef = (ctx: Ctx, { id, name }: Role) => ({ id, links: { self: linkTo(ctx, `roles/${id}`) }, name })

/** One prior role and one that it implies. */
export const viewInference = (ctx: Ctx, prior: Role, implied: Role) => ({
  role_inference: { prior_role: viewRef(ctx, prior), implies: viewRef(ctx, implied) },
  links: { self: linkTo(ctx, `roles/${prior.id}/implies/${implied.id}`) },
})

/** One prior role and all that it implies. */
export const viewInferences = (ctx: Ctx, prior: Role, implied: readonly Role[]) => ({
  role_inference: { prior_role: viewRef(ctx, prior), implies: implied.map((role) => viewRef(ctx, role)) },
  links: { self: linkTo(ctx, `roles/${prior.id}/implies`) },
})

/** Every prior role with what it implies. */
export const viewAllInferences = (ctx: Ctx, inferences: readonly { prior: Role; implied: readonly Role[] }[]) => ({
  role_inferences: inferences.map(({ prior, implied }) => viewInferences(ctx, prior, implied).role_inference),
  links: { self: linkTo(ctx, 'role_inferences') },
})

/** What rules may look at of a role: `target.role.…`. */
export const roleTarget = ({ id, name, domainId }: Role) => ({ id, name, domain_id: domainId })
