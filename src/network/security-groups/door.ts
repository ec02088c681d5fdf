// Security groups for compute's older API: the same operations under the same rules of the network, in the words that API needs.
import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { badRequest, notFound } from '#platform/errors.ts'
import type { Deps } from '../deps.ts'
import { readListing } from '../listing/listing.ts'
import { applyPortChanges } from '../ports/operations/update.ts'
import { listPortsOfDevice } from '../ports/store.ts'
import { createRules, deleteRule } from '../security-group-rules/operations.ts'
import type { SecurityGroupRuleRow } from '../security-group-rules/store.ts'
import { textList } from '../visibility.ts'
import * as operations from './operations.ts'
import { groupList } from './schemas.ts'

/** A rule that lets traffic in. Ports null: all of the protocol. */
export type GroupRule = {
  readonly id: string
  readonly groupId: string
  readonly protocol: string | null
  readonly fromPort: number | null
  readonly toPort: number | null
  readonly cidr: string | null
  readonly remoteGroupId: string | null
}

/** A security group and the rules that let traffic in. */
export type Group = {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly projectId: string
  readonly rules: readonly GroupRule[]
}

export type NewGroupRule = Omit<GroupRule, 'id'>

const toRule = (row: SecurityGroupRuleRow): GroupRule => ({
  id: row.id,
  groupId: row.security_group_id,
  protocol: row.protocol,
  fromPort: row.port_range_min,
  toPort: row.port_range_max,
  cidr: row.remote_ip_prefix,
  remoteGroupId: row.remote_group_id,
})

const toGroup = ({ row, rules }: operations.SecurityGroup): Group => ({
  id: row.id,
  name: row.name,
  description: row.description,
  projectId: row.project_id,
  rules: rules.filter((rule) => rule.direction === 'ingress').map(toRule),
})

const cannotBeApplied =
  'Network requires port_security_enabled and subnet associated in order to apply security groups.'

/** Makes the door. Every function asks the network's own rules. */
export function createSecurityGroupsDoor(deps: Deps) {
  const own = (ctx: Ctx): Ctx => ctx.underRules(deps.platform.decisionsOf('network'))
  return {
    /** The groups of the caller's project. */
    list: async (ctx: Ctx): Promise<Group[]> => {
      const listing = readListing(groupList, '', `project_id=${encodeURIComponent(ctx.caller.projectId ?? '')}`)
      return (await operations.listSecurityGroups(own(ctx), deps, listing)).map(toGroup)
    },
    /** @throws notFound */
    get: async (ctx: Ctx, id: string): Promise<Group> => toGroup(await operations.getSecurityGroup(own(ctx), id)),
    create: async (ctx: Ctx, name: string, description: string): Promise<Group> => {
      const { groups } = await operations.createSecurityGroups(own(ctx), deps, {
        security_group: { name, description },
      })
      const [made] = groups
      if (made === undefined) throw notFound('The security group was not made.')
      return toGroup(made)
    },
    update: async (ctx: Ctx, id: string, name: string, description: string): Promise<Group> =>
      toGroup(
        await operations.updateSecurityGroup(own(ctx), deps, id, { security_group: { name, description } }, null),
      ),
    delete: (ctx: Ctx, id: string): Promise<void> => operations.deleteSecurityGroup(own(ctx), deps, id, null),
    createRule: async (ctx: Ctx, rule: NewGroupRule): Promise<GroupRule> => {
      const { rules } = await createRules(own(ctx), deps, {
        security_group_rule: {
          security_group_id: rule.groupId,
          direction: 'ingress',
          ethertype: rule.cidr?.includes(':') ? 'IPv6' : 'IPv4',
          protocol: rule.protocol,
          port_range_min: rule.fromPort,
          port_range_max: rule.toPort,
          remote_ip_prefix: rule.cidr,
          remote_group_id: rule.remoteGroupId,
        },
      })
      const [made] = rules
      if (made === undefined) throw notFound('The security group rule was not made.')
      return toRule(made)
    },
    deleteRule: (ctx: Ctx, id: string): Promise<void> => deleteRule(own(ctx), deps, id),
    /** Writes what `change` makes of the groups of each of a server's ports. */
    changeServerGroups: (
      ctx: Ctx,
      serverId: string,
      change: (ids: readonly string[]) => readonly string[],
    ): Promise<void> =>
      inTransaction(ctx, async (tx) => {
        for (const port of await listPortsOfDevice(tx, serverId)) {
          const before = textList(port.security_groups)
          const after = [...change(before)]
          if (after.length === before.length) continue
          if (port.port_security_enabled === 0 || port.fixed_ips === '[]') throw badRequest(cannotBeApplied)
          await applyPortChanges(tx, deps, port, { security_groups: after })
        }
      }),
  }
}

export type SecurityGroupsDoor = ReturnType<typeof createSecurityGroupsDoor>
