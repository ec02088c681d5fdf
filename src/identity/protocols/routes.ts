import { route } from '#platform/http/route.ts'
import { listBody } from '../lists.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { viewListedProtocol, viewProtocol } from './view.ts'

const collection = '/v3/OS-FEDERATION/identity_providers/:idp_id/protocols'
const member = `${collection}/:protocol_id` as const

/** Keystone's protocols: https://docs.openstack.org/api-ref/identity/v3-ext/#add-protocol-to-identity-provider */
export const protocolRoutes = [
  route({
    method: 'GET',
    path: collection,
    status: 200,
    policy: 'identity:list_protocols',
    reply: schemas.protocolsReply,
    handle: async (ctx, { params, rawQuery }) => {
      const rows = await operations.listProtocols(ctx, params.idp_id)
      return listBody(
        ctx,
        `/v3/OS-FEDERATION/identity_providers/${encodeURIComponent(params.idp_id)}/protocols`,
        rawQuery,
        'protocols',
        rows.map((row) => viewListedProtocol(ctx, row)),
      )
    },
  }),
  route({
    method: 'GET',
    path: member,
    status: 200,
    policy: 'identity:get_protocol',
    reply: schemas.protocolReply,
    handle: async (ctx, { params }) => ({
      protocol: viewProtocol(ctx, await operations.getProtocol(ctx, params.idp_id, params.protocol_id)),
    }),
  }),
  route({
    method: 'PUT',
    path: member,
    status: 201,
    policy: 'identity:create_protocol',
    body: schemas.createProtocol,
    reply: schemas.protocolReply,
    handle: async (ctx, { params, body }) => {
      const made = await operations.createProtocol(ctx, params.idp_id, params.protocol_id, body.protocol)
      return { protocol: viewProtocol(ctx, made) }
    },
  }),
  route({
    method: 'PATCH',
    path: member,
    status: 200,
    policy: 'identity:update_protocol',
    body: schemas.updateProtocol,
    reply: schemas.protocolReply,
    handle: async (ctx, { params, body }) => {
      const changed = await operations.updateProtocol(ctx, params.idp_id, params.protocol_id, body.protocol)
      return { protocol: viewProtocol(ctx, changed) }
    },
  }),
  route({
    method: 'DELETE',
    path: member,
    status: 204,
    policy: 'identity:delete_protocol',
    handle: (ctx, { params }) => operations.deleteProtocol(ctx, params.idp_id, params.protocol_id),
  }),
]
