import type { Ctx } from '#platform/context.ts'
import { linkToIdentityProvider } from '../identity-providers/view.ts'
import type { Protocol } from './store.ts'

/** A protocol as the API shows it alone. */
export function viewProtocol(ctx: Ctx, { id, idp_id, mapping_id }: Protocol) {
  const provider = linkToIdentityProvider(ctx, idp_id)
  return {
    id,
    mapping_id,
    links: { self: `${provider}/protocols/${encodeURIComponent(id)}`, identity_provider: provider },
  }
}

/** A protocol in a list, which shows more of it. */
export const viewListedProtocol = (ctx: Ctx, protocol: Protocol) => ({
  ...viewProtocol(ctx, protocol),
  idp_id: protocol.idp_id,
  remote_id_attribute: protocol.remote_id_attribute,
})
