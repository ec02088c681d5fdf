import { route } from '#platform/http/route.ts'
import type { Forest } from '#placement/resource-providers/operations/forest.ts'
import { answer } from '../answer.ts'
import { listCandidates } from './operations.ts'
import { viewCandidates } from './view.ts'

/** Allocation candidates: https://docs.openstack.org/api-ref/placement/#allocation-candidates */
export const candidateRoutes = (forest: Forest) => [
  route({
    method: 'GET',
    path: '/allocation_candidates',
    since: 10,
    status: 200,
    policy: 'placement:allocation_candidates:list',
    handle: async (ctx, { rawQuery }) => {
      const { request, candidates } = await listCandidates(ctx, forest, rawQuery)
      return answer(ctx, viewCandidates(candidates, request, ctx.version))
    },
  }),
]
