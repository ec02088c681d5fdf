import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import type { NetworkDoor } from '../doors.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'
import { viewGroup, viewGroupRule } from './view.ts'

const rule = (verb: string) => `os_compute_api:os-security-groups:${verb}`

/** Nova's security groups, until 2.35 but for a server's: https://docs.openstack.org/api-ref/compute/#security-groups-os-security-groups-deprecated */
export const securityGroupRoutes = (network: NetworkDoor) => [
  route({
    method: 'GET',
    path: '/v2.1/os-security-groups',
    status: 200,
    until: 35,
    policy: rule('get'),
    target: 'own',
    handle: async (ctx) => ({ security_groups: (await operations.listSecurityGroups(ctx, network)).map(viewGroup) }),
  }),
  route({
    method: 'POST',
    path: '/v2.1/os-security-groups',
    status: 200,
    until: 35,
    policy: rule('create'),
    target: 'own',
    body: schemas.securityGroup,
    handle: async (ctx, { body: { security_group } }) => {
      const group = await network.securityGroups.create(ctx, security_group.name, security_group.description ?? '')
      return { security_group: viewGroup({ group, names: new Map() }) }
    },
  }),
  route({
    method: 'GET',
    path: '/v2.1/os-security-groups/:id',
    status: 200,
    until: 35,
    policy: rule('show'),
    target: 'own',
    handle: async (ctx, { params }) => ({
      security_group: viewGroup(await operations.getSecurityGroup(ctx, network, params.id)),
    }),
  }),
  route({
    method: 'PUT',
    path: '/v2.1/os-security-groups/:id',
    status: 200,
    until: 35,
    policy: rule('update'),
    target: 'own',
    body: schemas.securityGroup,
    handle: async (ctx, { params, body: { security_group } }) => {
      const group = await network.securityGroups.update(
        ctx,
        params.id,
        security_group.name,
        security_group.description ?? '',
      )
      return { security_group: viewGroup({ group, names: new Map() }) }
    },
  }),
  route({
    method: 'DELETE',
    path: '/v2.1/os-security-groups/:id',
    status: 202,
    until: 35,
    policy: rule('delete'),
    target: 'own',
    handle: async (ctx, { params }) => {
      await network.securityGroups.delete(ctx, params.id)
      return reply({ status: 202 })
    },
  }),
  route({
    method: 'POST',
    path: '/v2.1/os-security-group-rules',
    status: 200,
    until: 35,
    policy: rule('rule:create'),
    target: 'own',
    body: schemas.securityGroupRule,
    handle: async (ctx, { body }) => {
      const made = await operations.createRule(ctx, network, body.security_group_rule)
      return { security_group_rule: viewGroupRule(made.rule, made.names, ctx.caller.projectId ?? '') }
    },
  }),
  route({
    method: 'DELETE',
    path: '/v2.1/os-security-group-rules/:id',
    status: 202,
    until: 35,
    policy: rule('rule:delete'),
    target: 'own',
    handle: async (ctx, { params }) => {
      await network.securityGroups.deleteRule(ctx, params.id)
      return reply({ status: 202 })
    },
  }),
  route({
    method: 'GET',
    path: '/v2.1/servers/:server_id/os-security-groups',
    status: 200,
    policy: rule('list'),
    handle: async (ctx, { params }) => ({
      security_groups: (await operations.listServerGroups(ctx, network, params.server_id)).map(viewGroup),
    }),
  }),
]
