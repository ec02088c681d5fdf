import { route } from '#platform/http/route.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { viewService } from './view.ts'

/** Nova's services: https://docs.openstack.org/api-ref/compute/#compute-services-os-services */
export const serviceRoutes = [
  route({
    method: 'GET',
    path: '/v2.1/os-services',
    status: 200,
    policy: 'os_compute_api:os-services:list',
    query: schemas.listServices,
    lastCounts: true,
    handle: async (ctx, { query }) => {
      const zones = await operations.listZones(ctx)
      return { services: (await operations.listServices(ctx, query)).map((row) => viewService(ctx, row, zones)) }
    },
  }),
  route({
    method: 'PUT',
    path: '/v2.1/os-services/:service_id',
    status: 200,
    since: 53,
    policy: 'os_compute_api:os-services:update',
    body: schemas.updateService,
    handle: async (ctx, { params, body }) => ({
      service: viewService(
        ctx,
        await operations.updateService(ctx, params.service_id, body),
        await operations.listZones(ctx),
      ),
    }),
  }),
  ...(['enable', 'disable', 'disable-log-reason', 'force-down'] as const).map((verb) =>
    route({
      method: 'PUT',
      path: `/v2.1/os-services/${verb}`,
      status: 200,
      until: 52,
      policy: 'os_compute_api:os-services:update',
      body: schemas.updateServiceByName,
      handle: async (ctx, { body }) => {
        const { host, binary, disabled_reason, forced_down } = body
        const row = await operations.updateServiceByName(
          ctx,
          host,
          binary,
          verb === 'force-down'
            ? { forced_down: forced_down ?? true }
            : {
                status: verb === 'enable' ? 'enabled' : 'disabled',
                ...(disabled_reason === undefined ? {} : { disabled_reason }),
              },
        )
        return {
          service: {
            host,
            binary,
            ...(verb === 'force-down'
              ? { forced_down: row.forced_down === 1 }
              : { status: row.disabled === 1 ? 'disabled' : 'enabled' }),
            ...(verb === 'disable-log-reason' ? { disabled_reason } : {}),
          },
        }
      },
    }),
  ),
  route({
    method: 'DELETE',
    path: '/v2.1/os-services/:service_id',
    status: 204,
    policy: 'os_compute_api:os-services:delete',
    handle: (ctx, { params }) => operations.deleteService(ctx, params.service_id),
  }),
]
