import type { Ctx } from '#platform/context.ts'
import { linkTo } from '../lists.ts'
import type { CatalogService } from './store.ts'

/** A service as the API shows it. */
export const viewService = (ctx: Ctx, { id, type, name, enabled, extra }: CatalogService) => ({
  ...extra,
  name,
  id,
  type,
  enabled,
  links: { self: linkTo(ctx, `services/${id}`) },
})
