import type { Deps } from '../deps.ts'
import { resourceRoutes } from '../resource-routes.ts'
import * as operations from './operations.ts'
import { ruleList } from './schemas.ts'
import { viewRule } from './view.ts'

/** https://docs.openstack.org/api-ref/network/v2/#security-group-rules-security-group-rules */
export const securityGroupRuleRoutes = (deps: Deps) =>
  resourceRoutes({
    path: '/v2.0/security-group-rules',
    name: 'security_group_rule',
    spec: ruleList,
    list: async (ctx, listing) => {
      const rows = await operations.listRules(ctx, listing)
      return { rows, views: rows.map(viewRule) }
    },
    create: async (ctx, body) => {
      const { rules, bulk } = await operations.createRules(ctx, deps, body)
      return { views: rules.map(viewRule), bulk }
    },
    get: async (ctx, id) => viewRule(await operations.getRule(ctx, id)),
    delete: (ctx, id) => operations.deleteRule(ctx, deps, id),
  })
