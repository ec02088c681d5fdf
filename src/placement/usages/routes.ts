import { route } from '#platform/http/route.ts'
import type { Forest } from '#placement/resource-providers/operations/forest.ts'
import { answer } from '../answer.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'

/** From this version on usages are given by the type of the consumers. */
const BY_TYPE = 38

/** Usages: https://docs.openstack.org/api-ref/placement/#usages */
export const usageRoutes = (forest: Forest) => [
  route({
    method: 'GET',
    path: '/resource_providers/:uuid/usages',
    status: 200,
    policy: 'placement:resource_providers:usages',
    reply: schemas.providerUsagesReply,
    handle: async (ctx, { params }) => {
      const { generation, inventories } = await operations.getProviderUsages(ctx, forest, params.uuid)
      const usages = Object.fromEntries([...inventories].map(([name, { used }]) => [name, used]))
      return answer(ctx, { resource_provider_generation: generation, usages })
    },
  }),
  route({
    method: 'GET',
    path: '/usages',
    since: 9,
    status: 200,
    policy: 'placement:usages',
    query: schemas.listUsages,
    handle: async (ctx, { query }) => {
      ctx.authorize('placement:usages', { project_id: query.project_id })
      const usages =
        ctx.version >= BY_TYPE
          ? await operations.sumByType(ctx, query)
          : await operations.sumByClass(ctx, query.project_id, query.user_id)
      return answer(ctx, { usages })
    },
  }),
]
