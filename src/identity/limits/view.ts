import type { Ctx } from '#platform/context.ts'
import { linkTo } from '../lists.ts'
import type { Limit, RegisteredLimit } from './store.ts'

/** A registered limit as the API shows it. */
export const viewRegisteredLimit = (ctx: Ctx, limit: RegisteredLimit) => ({
  id: limit.id,
  service_id: limit.serviceId,
  region_id: limit.regionId,
  resource_name: limit.resourceName,
  default_limit: limit.defaultLimit,
  description: limit.description,
  links: { self: linkTo(ctx, `registered_limits/${limit.id}`) },
})

/** A limit as the API shows it. */
export const viewLimit = (ctx: Ctx, limit: Limit) => ({
  id: limit.id,
  project_id: limit.projectId,
  domain_id: limit.domainId,
  service_id: limit.serviceId,
  region_id: limit.regionId,
  resource_name: limit.resourceName,
  resource_limit: limit.resourceLimit,
  description: limit.description,
  links: { self: linkTo(ctx, `limits/${limit.id}`) },
})

/** How limits of projects below each other go together: not at all. */
export const flatModel = {
  model: {
    name: 'flat',
    description: 'Limit enforcement and validation does not take project hierarchy into consideration.',
  },
}
