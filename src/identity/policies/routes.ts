import { type Route, route } from '#platform/http/route.ts'
import { viewEndpoint } from '../endpoints/view.ts'
import { linkTo, listBody, queryOf } from '../lists.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { viewPolicy } from './view.ts'

/** The three routes of one kind of association. `placeOf` reads the place out of the path. */
function associationRoutes(
  path: string,
  kind: string,
  placeOf: (params: Readonly<Record<string, string>>) => operations.Place,
): readonly Route[] {
  const row = { path: `/v3/policies/:policy_id/OS-ENDPOINT-POLICY/${path}`, status: 204 }
  const text = (params: unknown): Readonly<Record<string, string>> =>
    typeof params === 'object' && params !== null ? { ...params } : {}
  return [
    route({
      ...row,
      method: 'PUT',
      policy: `identity:create_policy_association_for_${kind}`,
      handle: (ctx, { params }) => {
        const values = text(params)
        return operations.createAssociation(ctx, values['policy_id'] ?? '', placeOf(values))
      },
    }),
    route({
      ...row,
      method: 'GET',
      policy: `identity:check_policy_association_for_${kind}`,
      handle: (ctx, { params }) => {
        const values = text(params)
        return operations.checkAssociation(ctx, values['policy_id'] ?? '', placeOf(values))
      },
    }),
    route({
      ...row,
      method: 'DELETE',
      policy: `identity:delete_policy_association_for_${kind}`,
      handle: (ctx, { params }) => {
        const values = text(params)
        return operations.deleteAssociation(ctx, values['policy_id'] ?? '', placeOf(values))
      },
    }),
  ]
}

const nowhere = { endpoint_id: '', service_id: '', region_id: '' }

/** Keystone's policies: https://docs.openstack.org/api-ref/identity/v3/#policies, and OS-ENDPOINT-POLICY of its extensions. */
export const policyRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v3/policies',
    status: 200,
    policy: 'identity:list_policies',
    handle: async (ctx, { rawQuery }) => {
      const { rows, more } = await operations.listPolicies(ctx, queryOf(rawQuery))
      return listBody(
        ctx,
        '/v3/policies',
        rawQuery,
        'policies',
        rows.map((row) => viewPolicy(ctx, row)),
        more,
      )
    },
  }),
  route({
    method: 'POST',
    path: '/v3/policies',
    status: 201,
    policy: 'identity:create_policy',
    body: schemas.createPolicy,
    handle: async (ctx, { body }) => ({ policy: viewPolicy(ctx, await operations.createPolicy(ctx, body.policy)) }),
  }),
  route({
    method: 'GET',
    path: '/v3/policies/:policy_id',
    status: 200,
    policy: 'identity:get_policy',
    handle: async (ctx, { params }) => ({ policy: viewPolicy(ctx, await operations.getPolicy(ctx, params.policy_id)) }),
  }),
  route({
    method: 'PATCH',
    path: '/v3/policies/:policy_id',
    status: 200,
    policy: 'identity:update_policy',
    body: schemas.updatePolicy,
    handle: async (ctx, { params, body }) => ({
      policy: viewPolicy(ctx, await operations.updatePolicy(ctx, params.policy_id, body.policy)),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v3/policies/:policy_id',
    status: 204,
    policy: 'identity:delete_policy',
    handle: (ctx, { params }) => operations.deletePolicy(ctx, params.policy_id),
  }),
  route({
    method: 'GET',
    path: '/v3/policies/:policy_id/OS-ENDPOINT-POLICY/endpoints',
    status: 200,
    policy: 'identity:list_endpoints_for_policy',
    handle: async (ctx, { params, rawQuery }) => {
      const rows = await operations.listEndpointsOfPolicy(ctx, params.policy_id)
      const path = `/v3/policies/${params.policy_id}/OS-ENDPOINT-POLICY/endpoints`
      return listBody(
        ctx,
        path,
        rawQuery,
        'endpoints',
        rows.map((row) => viewEndpoint(ctx, row)),
      )
    },
  }),
  route({
    method: 'GET',
    path: '/v3/endpoints/:endpoint_id/OS-ENDPOINT-POLICY/policy',
    status: 200,
    policy: 'identity:get_policy_for_endpoint',
    handle: async (ctx, { params }) => {
      const policy = await operations.getPolicyOfEndpoint(ctx, params.endpoint_id)
      const self = linkTo(ctx, `endpoints/${params.endpoint_id}/OS-ENDPOINT-POLICY/policy`)
      return { policy: viewPolicy(ctx, policy), links: { self } }
    },
  }),
  ...associationRoutes('endpoints/:endpoint_id', 'endpoint', ({ endpoint_id = '' }) => ({ ...nowhere, endpoint_id })),
  ...associationRoutes('services/:service_id', 'service', ({ service_id = '' }) => ({ ...nowhere, service_id })),
  ...associationRoutes(
    'services/:service_id/regions/:region_id',
    'region_and_service',
    ({ service_id = '', region_id = '' }) => ({ ...nowhere, service_id, region_id }),
  ),
]
