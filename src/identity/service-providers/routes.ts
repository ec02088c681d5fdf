import { type Route, route } from '#platform/http/route.ts'
import { listBody, queryOf } from '../lists.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { viewServiceProvider } from './view.ts'

const collection = '/v3/OS-FEDERATION/service_providers'
const member = `${collection}/:service_provider_id` as const

/** Keystone's service providers: https://docs.openstack.org/api-ref/identity/v3-ext/#service-providers */
export const serviceProviderRoutes = (relayStatePrefix: string): readonly Route[] => [
  route({
    method: 'GET',
    path: collection,
    status: 200,
    policy: 'identity:list_service_providers',
    query: schemas.listServiceProviders,
    reply: schemas.serviceProvidersReply,
    handle: async (ctx, { rawQuery }) => {
      const { rows, more } = await operations.listServiceProviders(ctx, queryOf(rawQuery))
      return listBody(
        ctx,
        collection,
        rawQuery,
        'service_providers',
        rows.map((row) => viewServiceProvider(ctx, row)),
        more,
      )
    },
  }),
  route({
    method: 'GET',
    path: member,
    status: 200,
    policy: 'identity:get_service_provider',
    reply: schemas.serviceProviderReply,
    handle: async (ctx, { params }) => ({
      service_provider: viewServiceProvider(ctx, await operations.getServiceProvider(ctx, params.service_provider_id)),
    }),
  }),
  route({
    method: 'PUT',
    path: member,
    status: 201,
    policy: 'identity:create_service_provider',
    body: schemas.createServiceProvider,
    reply: schemas.serviceProviderReply,
    handle: async (ctx, { params, body }) => {
      const { service_provider } = body
      const id = params.service_provider_id
      const made = await operations.createServiceProvider(ctx, id, service_provider, relayStatePrefix)
      return { service_provider: viewServiceProvider(ctx, made) }
    },
  }),
  route({
    method: 'PATCH',
    path: member,
    status: 200,
    policy: 'identity:update_service_provider',
    body: schemas.updateServiceProvider,
    reply: schemas.serviceProviderReply,
    handle: async (ctx, { params, body }) => {
      const changed = await operations.updateServiceProvider(ctx, params.service_provider_id, body.service_provider)
      return { service_provider: viewServiceProvider(ctx, changed) }
    },
  }),
  route({
    method: 'DELETE',
    path: member,
    status: 204,
    policy: 'identity:delete_service_provider',
    handle: (ctx, { params }) => operations.deleteServiceProvider(ctx, params.service_provider_id),
  }),
]
