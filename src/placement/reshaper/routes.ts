import { route } from '#platform/http/route.ts'
import type { Forest } from '#placement/resource-providers/operations/forest.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'

/** Reshaper: https://docs.openstack.org/api-ref/placement/#reshaper */
export const reshaperRoutes = (forest: Forest) => [
  route({
    method: 'POST',
    path: '/reshaper',
    since: 30,
    status: 204,
    policy: 'placement:reshaper:reshape',
    body: schemas.reshape,
    bodyLimit: 16 * 1024 * 1024,
    handle: (ctx, { body }) => operations.reshape(ctx, forest, body),
  }),
]
