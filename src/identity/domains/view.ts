import type { Ctx } from '#platform/context.ts'
import { linkTo } from '../lists.ts'
import type { Project } from '../projects/store.ts'

/** A domain as the API shows it: a project without the attributes that only projects have. */
export const viewDomain = (ctx: Ctx, domain: Project) => ({
  ...domain.extra,
  id: domain.id,
  name: domain.name,
  description: domain.description,
  enabled: domain.enabled,
  tags: domain.tags,
  options: domain.options,
  links: { self: linkTo(ctx, `domains/${domain.id}`) },
})
