import type { Ctx } from '#platform/context.ts'
import { linkTo } from '../lists.ts'
import type { Endpoint } from './store.ts'

/** An endpoint as the API shows it; `region` repeats `region_id` for older clients. */
export const viewEndpoint = (ctx: Ctx, endpoint: Endpoint) => ({
  ...endpoint.extra,
  id: endpoint.id,
  interface: endpoint.interface,
  region_id: endpoint.regionId,
  service_id: endpoint.serviceId,
  url: endpoint.url,
  enabled: endpoint.enabled,
  region: endpoint.regionId,
  links: { self: linkTo(ctx, `endpoints/${endpoint.id}`) },
})
