import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import type { Deps } from '../deps.ts'
import { listBody, pickFields, readListing } from '../listing/listing.ts'
import { fieldsAsked } from '../visibility.ts'
import * as operations from './operations.ts'
import { ruleList } from './schemas.ts'
import { viewRule } from './view.ts'

const path = '/v2.0/security-group-rules'

/** https://docs.openstack.org/api-ref/network/v2/#security-group-rules-security-group-rules */
export const securityGroupRuleRoutes = (deps: Deps) => [
  route({
    method: 'GET',
    path,
    status: 200,
    policy: 'get_security_group_rule',
    handle: async (ctx, { rawQuery }) => {
      const listing = readListing(ruleList, ctx.baseUrl + path, rawQuery)
      const rows = await operations.listRules(ctx, listing)
      return listBody(listing, rows, rows.map(viewRule))
    },
  }),
  route({
    method: 'POST',
    path,
    status: 201,
    policy: 'create_security_group_rule',
    handle: async (ctx, { body }) => {
      const { rules, bulk } = await operations.createRules(ctx, deps, body)
      const views = rules.map(viewRule)
      return bulk ? { security_group_rules: views } : { security_group_rule: views[0] }
    },
  }),
  route({
    method: 'GET',
    path: '/v2.0/security-group-rules/:id',
    status: 200,
    policy: 'get_security_group_rule',
    handle: async (ctx, { params, rawQuery }) => ({
      security_group_rule: pickFields(fieldsAsked(rawQuery), viewRule(await operations.getRule(ctx, params.id))),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v2.0/security-group-rules/:id',
    status: 204,
    policy: 'delete_security_group_rule',
    handle: async (ctx, { params }) => {
      await operations.deleteRule(ctx, deps, params.id)
      return reply({ status: 204 })
    },
  }),
]
