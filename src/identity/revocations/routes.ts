import { route } from '#platform/http/route.ts'
import { lastOf, linkTo } from '../lists.ts'
import { listRevocations } from './operations.ts'
import { viewRevocation } from './view.ts'

/** Keystone's revocation events: https://docs.openstack.org/api-ref/identity/v3-ext/#os-revoke-api */
export const revocationRoutes = [
  route({
    method: 'GET',
    path: '/v3/OS-REVOKE/events',
    status: 200,
    policy: 'identity:list_revoke_events',
    handle: async (ctx, { query }) => {
      const events = await listRevocations(ctx, lastOf(query['since']))
      return {
        events: events.map(viewRevocation),
        links: { next: null, self: linkTo(ctx, 'OS-REVOKE/events'), previous: null },
      }
    },
  }),
]
