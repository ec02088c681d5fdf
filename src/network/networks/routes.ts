import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import type { Deps } from '../deps.ts'
import { listBody, pickFields, readListing } from '../listing/listing.ts'
import { fieldsAsked, revisionAsked } from '../visibility.ts'
import { createNetworks } from './operations/create.ts'
import { deleteNetwork } from './operations/delete.ts'
import { getNetwork, listNetworks, seesProvider } from './operations/get.ts'
import { updateNetwork } from './operations/update.ts'
import { networkList } from './schemas.ts'
import { viewNetwork } from './view.ts'

const path = '/v2.0/networks'

/** https://docs.openstack.org/api-ref/network/v2/#networks */
export const networkRoutes = (deps: Deps) => [
  route({
    method: 'GET',
    path,
    status: 200,
    policy: 'get_network',
    handle: async (ctx, { rawQuery }) => {
      const listing = readListing(networkList, ctx.baseUrl + path, rawQuery)
      const rows = await listNetworks(ctx, listing)
      const provider = seesProvider(ctx)
      return listBody(
        listing,
        rows,
        rows.map((row) => viewNetwork(row, provider)),
      )
    },
  }),
  route({
    method: 'POST',
    path,
    status: 201,
    policy: 'create_network',
    handle: async (ctx, { body }) => {
      const { networks, bulk } = await createNetworks(ctx, deps, body)
      const provider = seesProvider(ctx)
      const views = networks.map((row) => viewNetwork(row, provider))
      return bulk ? { networks: views } : { network: views[0] }
    },
  }),
  route({
    method: 'GET',
    path: '/v2.0/networks/:id',
    status: 200,
    policy: 'get_network',
    handle: async (ctx, { params, rawQuery }) => ({
      network: pickFields(fieldsAsked(rawQuery), viewNetwork(await getNetwork(ctx, params.id), seesProvider(ctx))),
    }),
  }),
  route({
    method: 'PUT',
    path: '/v2.0/networks/:id',
    status: 200,
    policy: 'update_network',
    handle: async (ctx, { params, body, headers }) => {
      const row = await updateNetwork(ctx, deps, params.id, body, revisionAsked(headers['if-match']))
      return { network: viewNetwork(row, seesProvider(ctx)) }
    },
  }),
  route({
    method: 'DELETE',
    path: '/v2.0/networks/:id',
    status: 204,
    policy: 'delete_network',
    handle: async (ctx, { params, headers }) => {
      await deleteNetwork(ctx, deps, params.id, revisionAsked(headers['if-match']))
      return reply({ status: 204 })
    },
  }),
]
