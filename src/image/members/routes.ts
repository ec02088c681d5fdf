import { Type } from 'typebox'
import { badRequest } from '#platform/errors.ts'
import { route } from '#platform/http/route.ts'
import * as operations from './operations.ts'
import { viewMember } from './view.ts'

/** Sharing: https://docs.openstack.org/api-ref/image/v2/#sharing */
export const memberRoutes = [
  route({
    method: 'GET',
    path: '/v2/images/:image_id/members',
    status: 200,
    policy: 'get_members',
    handle: async (ctx, { params }) => {
      const members = await operations.listMembers(ctx, params.image_id)
      return { members: members.map(viewMember), schema: '/v2/schemas/members' }
    },
  }),
  route({
    method: 'POST',
    path: '/v2/images/:image_id/members',
    status: 200,
    policy: 'add_member',
    body: Type.Unknown(),
    handle: async (ctx, { params, body }) =>
      viewMember(await operations.createMember(ctx, params.image_id, memberOf(body))),
  }),
  route({
    method: 'GET',
    path: '/v2/images/:image_id/members/:member_id',
    status: 200,
    policy: 'get_member',
    handle: async (ctx, { params }) => viewMember(await operations.getMember(ctx, params.image_id, params.member_id)),
  }),
  route({
    method: 'PUT',
    path: '/v2/images/:image_id/members/:member_id',
    status: 200,
    policy: 'modify_member',
    body: Type.Unknown(),
    handle: async (ctx, { params, body }) =>
      viewMember(await operations.updateMember(ctx, params.image_id, params.member_id, statusOf(body))),
  }),
  route({
    method: 'DELETE',
    path: '/v2/images/:image_id/members/:member_id',
    status: 204,
    policy: 'delete_member',
    handle: (ctx, { params }) => operations.deleteMember(ctx, params.image_id, params.member_id),
  }),
]

const memberOf = (body: unknown): string => {
  if (body === undefined) throw badRequest('Body expected in request.')
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequest('Expected a member in the form: {"member": "image_id"}')
  }
  if (!('member' in body)) throw badRequest('Member to be added not specified')
  if (typeof body.member !== 'string' || body.member === '') throw badRequest("Member can't be empty")
  if (body.member.length > 255) throw badRequest('Member id is too long')
  return body.member
}

const statusOf = (body: unknown): unknown => {
  if (body === undefined) throw badRequest('Body expected in request.')
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequest('Expected a status in the form: {"status": "status"}')
  }
  if (!('status' in body)) throw badRequest('Status not specified')
  return body.status
}
