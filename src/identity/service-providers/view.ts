import type { Ctx } from '#platform/context.ts'
import { linkTo } from '../lists.ts'
import type { ServiceProviderRow } from './store.ts'

/** A service provider as the API shows it. */
export const viewServiceProvider = (ctx: Ctx, row: ServiceProviderRow) => ({
  id: row.id,
  auth_url: row.auth_url,
  sp_url: row.sp_url,
  enabled: row.enabled === 1,
  description: row.description,
  relay_state_prefix: row.relay_state_prefix,
  links: { self: linkTo(ctx, `OS-FEDERATION/service_providers/${encodeURIComponent(row.id)}`) },
})
