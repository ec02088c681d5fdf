import { route } from '#platform/http/route.ts'
import { listBody, queryOf } from '../lists.ts'
import { viewRole } from '../roles/view.ts'
import { getTrust, getTrustRole, listTrusts, rolesOf } from './operations/read.ts'
import { createTrust, deleteTrust } from './operations/write.ts'
import * as schemas from './schemas.ts'
import { viewTrust, viewTrustRoles, viewWholeTrust } from './view.ts'

/** Keystone's trusts: https://docs.openstack.org/api-ref/identity/v3-ext/#os-trust-api */
export const trustRoutes = [
  route({
    method: 'GET',
    path: '/v3/OS-TRUST/trusts',
    status: 200,
    // Which rule depends on whose trusts are asked for; the operation knows.
    policy: null,
    handle: async (ctx, { rawQuery }) => {
      const trusts = await listTrusts(ctx, queryOf(rawQuery))
      return listBody(
        ctx,
        '/v3/OS-TRUST/trusts',
        rawQuery,
        'trusts',
        trusts.map((trust) => viewTrust(ctx, trust)),
      )
    },
  }),
  route({
    method: 'POST',
    path: '/v3/OS-TRUST/trusts',
    status: 201,
    policy: 'identity:create_trust',
    body: schemas.createTrust,
    handle: async (ctx, { body }) => {
      const trust = await createTrust(ctx, body.trust)
      return { trust: viewWholeTrust(ctx, trust, await rolesOf(ctx, trust)) }
    },
  }),
  route({
    method: 'GET',
    path: '/v3/OS-TRUST/trusts/:trust_id',
    status: 200,
    policy: 'identity:get_trust',
    handle: async (ctx, { params }) => {
      const trust = await getTrust(ctx, params.trust_id)
      return { trust: viewWholeTrust(ctx, trust, await rolesOf(ctx, trust)) }
    },
  }),
  route({
    method: 'DELETE',
    path: '/v3/OS-TRUST/trusts/:trust_id',
    status: 204,
    policy: 'identity:delete_trust',
    handle: (ctx, { params }) => deleteTrust(ctx, params.trust_id),
  }),
  route({
    method: 'GET',
    path: '/v3/OS-TRUST/trusts/:trust_id/roles',
    status: 200,
    policy: 'identity:list_roles_for_trust',
    handle: async (ctx, { params }) => {
      const trust = await getTrust(ctx, params.trust_id, 'identity:list_roles_for_trust')
      return viewTrustRoles(ctx, trust, await rolesOf(ctx, trust))
    },
  }),
  route({
    method: 'GET',
    path: '/v3/OS-TRUST/trusts/:trust_id/roles/:role_id',
    status: 200,
    policy: 'identity:get_role_for_trust',
    handle: async (ctx, { params }) => ({
      role: viewRole(ctx, await getTrustRole(ctx, params.trust_id, params.role_id)),
    }),
  }),
]
