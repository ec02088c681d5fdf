import type { Deps } from '../deps.ts'
import { resourceRoutes } from '../resource-routes.ts'
import * as operations from './operations.ts'
import { groupList } from './schemas.ts'
import { viewSecurityGroup } from './view.ts'

const view = ({ row, rules }: operations.SecurityGroup) => viewSecurityGroup(row, rules)

/** https://docs.openstack.org/api-ref/network/v2/#security-groups-security-groups */
export const securityGroupRoutes = (deps: Deps) =>
  resourceRoutes({
    path: '/v2.0/security-groups',
    name: 'security_group',
    spec: groupList,
    list: async (ctx, listing) => {
      const groups = await operations.listSecurityGroups(ctx, deps, listing)
      return { rows: groups.map(({ row }) => row), views: groups.map(view) }
    },
    create: async (ctx, body) => {
      const { groups, bulk } = await operations.createSecurityGroups(ctx, deps, body)
      return { views: groups.map(view), bulk }
    },
    get: async (ctx, id) => view(await operations.getSecurityGroup(ctx, id)),
    update: async (ctx, id, body, revision) =>
      view(await operations.updateSecurityGroup(ctx, deps, id, body, revision)),
    delete: (ctx, id, revision) => operations.deleteSecurityGroup(ctx, deps, id, revision),
  })
