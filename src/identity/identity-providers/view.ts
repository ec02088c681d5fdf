import type { Ctx } from '#platform/context.ts'
import { linkTo } from '../lists.ts'
import type { IdentityProvider } from './store.ts'

/** `http://…/v3/OS-FEDERATION/identity_providers/<id>` */
export const linkToIdentityProvider = (ctx: Ctx, id: string): string =>
  linkTo(ctx, `OS-FEDERATION/identity_providers/${encodeURIComponent(id)}`)

/** An identity provider as the API shows it. */
export function viewIdentityProvider(ctx: Ctx, provider: IdentityProvider) {
  const self = linkToIdentityProvider(ctx, provider.id)
  return {
    id: provider.id,
    domain_id: provider.domainId,
    enabled: provider.enabled,
    description: provider.description,
    remote_ids: provider.remoteIds,
    authorization_ttl: provider.authorizationTtl,
    links: { self, protocols: `${self}/protocols` },
  }
}
