import type { Ctx } from '#platform/context.ts'
import type { Reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import type { Forest, Names } from '#placement/resource-providers/operations/forest.ts'
import { answer, latest } from '../answer.ts'
import * as names from './operations/names.ts'
import * as ofProvider from './operations/of-provider.ts'
import * as schemas from './schemas.ts'

/** Traits: https://docs.openstack.org/api-ref/placement/#traits */
export const traitRoutes = (forest: Forest) => [
  route({
    method: 'GET',
    path: '/traits',
    since: 6,
    status: 200,
    policy: 'placement:traits:list',
    query: schemas.listTraits,
    reply: schemas.traitsReply,
    handle: async (ctx, { query }) => {
      const traits = await names.listTraits(ctx, forest, query)
      return answer(ctx, { traits: [...traits.keys()] }, modified(traits.values()))
    },
  }),
  route({
    method: 'GET',
    path: '/traits/:name',
    since: 6,
    status: 204,
    policy: 'placement:traits:show',
    handle: async (ctx, { params }) =>
      answer(ctx, undefined, modified([await names.getTrait(ctx, forest, params.name)])),
  }),
  route({
    method: 'PUT',
    path: '/traits/:name',
    since: 6,
    status: 204,
    policy: 'placement:traits:update',
    handle: async (ctx, { params }) => {
      const { created, isNew } = await names.createTrait(ctx, forest, params.name)
      const headers = { location: `${ctx.baseUrl}/traits/${params.name}` }
      return answer(ctx, undefined, { ...modified([created]), headers, status: isNew ? 201 : 204 })
    },
  }),
  route({
    method: 'DELETE',
    path: '/traits/:name',
    since: 6,
    status: 204,
    policy: 'placement:traits:delete',
    handle: (ctx, { params }) => names.deleteTrait(ctx, forest, params.name),
  }),
  route({
    method: 'GET',
    path: '/resource_providers/:uuid/traits',
    since: 6,
    status: 200,
    policy: 'placement:resource_providers:traits:list',
    reply: schemas.providerTraitsReply,
    handle: async (ctx, { params }) => {
      return answerTraits(ctx, await ofProvider.listProviderTraits(ctx, forest, params.uuid))
    },
  }),
  route({
    method: 'PUT',
    path: '/resource_providers/:uuid/traits',
    since: 6,
    status: 200,
    policy: 'placement:resource_providers:traits:update',
    body: schemas.setTraits,
    reply: schemas.providerTraitsReply,
    handle: async (ctx, { params, body }) =>
      answerTraits(ctx, await ofProvider.setProviderTraits(ctx, forest, params.uuid, body)),
  }),
  route({
    method: 'DELETE',
    path: '/resource_providers/:uuid/traits',
    since: 6,
    status: 204,
    policy: 'placement:resource_providers:traits:delete',
    handle: (ctx, { params }) => ofProvider.deleteProviderTraits(ctx, forest, params.uuid),
  }),
]

/** Standard names have always been there and say nothing of when a list changed. */
const modified = (times: Iterable<number>): { modified?: number } => latest([...times].filter((time) => time > 0))

const answerTraits = (
  ctx: Ctx,
  { provider, known }: { provider: ofProvider.WithTraits['provider']; known: Names },
): Reply => {
  const traits = [...provider.traits]
  const times = traits.map((name) => known.get(name) ?? 0)
  return answer(ctx, { traits, resource_provider_generation: provider.generation }, modified(times))
}
