import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import type { Deps } from '../deps.ts'
import { listBody, pickFields, readListing } from '../listing/listing.ts'
import { fieldsAsked, revisionAsked } from '../visibility.ts'
import * as operations from './operations.ts'
import { groupList } from './schemas.ts'
import { viewSecurityGroup } from './view.ts'

const path = '/v2.0/security-groups'
const view = ({ row, rules }: operations.SecurityGroup) => viewSecurityGroup(row, rules)

/** https://docs.openstack.org/api-ref/network/v2/#security-groups-security-groups */
export const securityGroupRoutes = (deps: Deps) => [
  route({
    method: 'GET',
    path,
    status: 200,
    policy: 'get_security_group',
    handle: async (ctx, { rawQuery }) => {
      const listing = readListing(groupList, ctx.baseUrl + path, rawQuery)
      const groups = await operations.listSecurityGroups(ctx, deps, listing)
      return listBody(
        listing,
        groups.map(({ row }) => row),
        groups.map(view),
      )
    },
  }),
  route({
    method: 'POST',
    path,
    status: 201,
    policy: 'create_security_group',
    handle: async (ctx, { body }) => {
      const { groups, bulk } = await operations.createSecurityGroups(ctx, deps, body)
      return bulk ? { security_groups: groups.map(view) } : { security_group: groups.map(view)[0] }
    },
  }),
  route({
    method: 'GET',
    path: '/v2.0/security-groups/:id',
    status: 200,
    policy: 'get_security_group',
    handle: async (ctx, { params, rawQuery }) => ({
      security_group: pickFields(fieldsAsked(rawQuery), view(await operations.getSecurityGroup(ctx, params.id))),
    }),
  }),
  route({
    method: 'PUT',
    path: '/v2.0/security-groups/:id',
    status: 200,
    policy: 'update_security_group',
    handle: async (ctx, { params, body, headers }) => ({
      security_group: view(
        await operations.updateSecurityGroup(ctx, deps, params.id, body, revisionAsked(headers['if-match'])),
      ),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v2.0/security-groups/:id',
    status: 204,
    policy: 'delete_security_group',
    handle: async (ctx, { params, headers }) => {
      await operations.deleteSecurityGroup(ctx, deps, params.id, revisionAsked(headers['if-match']))
      return reply({ status: 204 })
    },
  }),
]
