import type { Ctx } from '#platform/context.ts'
import type { Reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import { getProvider } from '#placement/resource-providers/operations/list.ts'
import type { Provider } from '#placement/resource-providers/rules/provider-index.ts'
import type { Forest } from '#placement/resource-providers/operations/forest.ts'
import { answer } from '../answer.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'

/** From this version on the generation comes along. */
const GENERATION = 19

/** Aggregates of providers: https://docs.openstack.org/api-ref/placement/#resource-provider-aggregates */
export const aggregateRoutes = (forest: Forest) => [
  route({
    method: 'GET',
    path: '/resource_providers/:uuid/aggregates',
    since: 1,
    status: 200,
    policy: 'placement:resource_providers:aggregates:list',
    reply: schemas.aggregatesReply,
    handle: async (ctx, { params }) => {
      return answerAggregates(ctx, await getProvider(ctx, forest, params.uuid))
    },
  }),
  route({
    method: 'PUT',
    path: '/resource_providers/:uuid/aggregates',
    since: 1,
    bodyLimit: 1024 * 1024,
    status: 200,
    policy: 'placement:resource_providers:aggregates:update',
    body: schemas.setAggregates,
    subject: (ctx, { uuid }) => getProvider(ctx, forest, uuid),
    reply: schemas.aggregatesReply,
    handle: async (ctx, { params, body }) =>
      answerAggregates(ctx, await operations.setAggregates(ctx, forest, params.uuid, body)),
  }),
]

const answerAggregates = (ctx: Ctx, { aggregates, generation }: Provider): Reply =>
  answer(ctx, {
    aggregates: [...aggregates],
    ...(ctx.version >= GENERATION ? { resource_provider_generation: generation } : {}),
  })
