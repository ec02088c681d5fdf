import { route } from '#platform/http/route.ts'
import { nextLink } from '../paging.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { viewAction, viewActionDetail } from './view.ts'

/** What was done to servers: https://docs.openstack.org/api-ref/compute/#servers-actions-servers-os-instance-actions */
export const instanceActionRoutes = [
  route({
    method: 'GET',
    path: '/v2.1/servers/:server_id/os-instance-actions',
    status: 200,
    policy: 'os_compute_api:os-instance-actions:list',
    query: schemas.listActions,
    handle: async (ctx, { params, query, rawQuery }) => {
      const { rows, more } = await operations.listActions(ctx, params.server_id, query)
      const links = nextLink(
        ctx,
        `/servers/${params.server_id}/os-instance-actions`,
        rawQuery,
        rows.at(-1)?.request_id,
        more,
      )
      return {
        instanceActions: rows.map((row) => viewAction(ctx, row)),
        ...(links && ctx.version >= 58 ? { links } : {}),
      }
    },
  }),
  route({
    method: 'GET',
    path: '/v2.1/servers/:server_id/os-instance-actions/:request_id',
    status: 200,
    policy: 'os_compute_api:os-instance-actions:show',
    handle: async (ctx, { params }) => ({
      instanceAction: viewActionDetail(ctx, await operations.getAction(ctx, params.server_id, params.request_id)),
    }),
  }),
]
