import type { Ctx } from '#platform/context.ts'
import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import type { Interfaces, ServerInterface } from './operations.ts'
import * as schemas from './schemas.ts'

const viewInterface = (ctx: Ctx, { port, tag }: ServerInterface) => ({
  net_id: port.networkId,
  port_id: port.id,
  mac_addr: port.mac,
  port_state: port.status,
  fixed_ips: port.fixedIps.map(({ subnetId, address }) => ({ subnet_id: subnetId, ip_address: address })),
  ...(ctx.version >= 70 ? { tag } : {}),
})

/** Cards of a server: https://docs.openstack.org/api-ref/compute/#port-interfaces-servers-os-interface */
export const interfaceRoutes = (interfaces: Interfaces) => [
  route({
    method: 'GET',
    path: '/v2.1/servers/:server_id/os-interface',
    status: 200,
    policy: 'os_compute_api:os-attach-interfaces:list',
    handle: async (ctx, { params }) => ({
      interfaceAttachments: (await interfaces.list(ctx, params.server_id)).map((row) => viewInterface(ctx, row)),
    }),
  }),
  route({
    method: 'POST',
    path: '/v2.1/servers/:server_id/os-interface',
    status: 200,
    policy: 'os_compute_api:os-attach-interfaces:create',
    body: schemas.createInterface,
    handle: async (ctx, { params, body }) => ({
      interfaceAttachment: viewInterface(ctx, await interfaces.create(ctx, params.server_id, body.interfaceAttachment)),
    }),
  }),
  route({
    method: 'GET',
    path: '/v2.1/servers/:server_id/os-interface/:port_id',
    status: 200,
    policy: 'os_compute_api:os-attach-interfaces:show',
    handle: async (ctx, { params }) => ({
      interfaceAttachment: viewInterface(ctx, await interfaces.get(ctx, params.server_id, params.port_id)),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v2.1/servers/:server_id/os-interface/:port_id',
    status: 202,
    policy: 'os_compute_api:os-attach-interfaces:delete',
    handle: async (ctx, { params }) => {
      await interfaces.delete(ctx, params.server_id, params.port_id)
      return reply({ status: 202 })
    },
  }),
]
