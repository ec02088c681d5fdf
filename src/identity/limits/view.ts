import type { Ctx } from '#platform/context.ts'
import { linkTo } from '../lists.ts'
import type { LimitModel } from './rules.ts'
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

/** How the limits of a domain and its projects go together. */
export const viewModel = (name: LimitModel) => ({ model: { name, description: DESCRIPTIONS[name] } })

const DESCRIPTIONS: Readonly<Record<LimitModel, string>> = {
  flat: 'Limit enforcement and validation does not take project hierarchy into consideration.',
  strict_two_level: 'This model requires project hierarchy never exceeds a depth of two',
}
