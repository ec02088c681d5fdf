import { badRequest } from '#platform/errors.ts'
import { type Reply, reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import type { Ctx } from '#platform/context.ts'
import { QueryError } from '#placement/allocation-candidates/rules/request.ts'
import { answer, latest } from '../answer.ts'
import * as change from './operations/change.ts'
import { getProvider, listProviders } from './operations/list.ts'
import type { Provider } from './rules/provider-index.ts'
import { parseProviderQuery, type ProviderFilter } from './rules/query.ts'
import * as schemas from './schemas.ts'
import type { Forest } from './operations/forest.ts'
import { providerPath, viewProvider, viewProviders } from './view.ts'

/** From this version on POST answers with the provider. */
const CREATED_BODY = 20

/** Resource providers: https://docs.openstack.org/api-ref/placement/#resource-providers */
export const providerRoutes = (forest: Forest) => [
  route({
    method: 'GET',
    path: '/resource_providers',
    status: 200,
    policy: 'placement:resource_providers:list',
    reply: schemas.providersReply,
    handle: async (ctx, { rawQuery }) => {
      const providers = await listProviders(ctx, forest, parseQuery(rawQuery, ctx.version))
      return answer(ctx, viewProviders(ctx, providers), latest(providers.map(({ updatedAt }) => updatedAt)))
    },
  }),
  route({
    method: 'POST',
    path: '/resource_providers',
    status: 201,
    policy: 'placement:resource_providers:create',
    body: schemas.createProvider,
    handle: async (ctx, { body }) => viewCreated(ctx, await change.createProvider(ctx, forest, body)),
  }),
  route({
    method: 'GET',
    path: '/resource_providers/:uuid',
    status: 200,
    policy: 'placement:resource_providers:show',
    reply: schemas.providerReply,
    handle: async (ctx, { params }) => {
      const provider = await getProvider(ctx, forest, params.uuid)
      return answer(ctx, viewProvider(ctx, provider), { modified: provider.updatedAt })
    },
  }),
  route({
    method: 'PUT',
    path: '/resource_providers/:uuid',
    status: 200,
    policy: 'placement:resource_providers:update',
    body: schemas.updateProvider,
    subject: (ctx, { uuid }) => getProvider(ctx, forest, uuid),
    reply: schemas.providerReply,
    handle: async (ctx, { params, body }) => {
      const provider = await change.updateProvider(ctx, forest, params.uuid, body)
      return answer(ctx, viewProvider(ctx, provider), { modified: provider.updatedAt })
    },
  }),
  route({
    method: 'DELETE',
    path: '/resource_providers/:uuid',
    status: 204,
    policy: 'placement:resource_providers:delete',
    handle: (ctx, { params }) => change.deleteProvider(ctx, forest, params.uuid),
  }),
]

const viewCreated = (ctx: Ctx, provider: Provider): Reply => {
  const headers = { location: `${ctx.baseUrl}${providerPath(provider.uuid)}` }
  if (ctx.version < CREATED_BODY) return reply({ headers })
  return answer(ctx, viewProvider(ctx, provider), { status: 200, modified: provider.updatedAt, headers })
}

const parseQuery = (rawQuery: string, version: number): ProviderFilter => {
  try {
    return parseProviderQuery([...new URLSearchParams(rawQuery)], version)
  } catch (error) {
    if (error instanceof QueryError)
      throw badRequest(error.message, error.code === undefined ? {} : { code: error.code })
    throw error
  }
}
