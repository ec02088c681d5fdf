import type { GroupRule } from '../doors.ts'
import type { NamedGroup } from './operations.ts'

/** A rule in the words of the older API: a protocol without ports spans -1 to -1 for ICMP and 1 to 65535 else. */
export function viewGroupRule(rule: GroupRule, names: ReadonlyMap<string, string>, projectId: string) {
  const all = rule.protocol === 'icmp' ? [-1, -1] : [1, 65_535]
  const named = rule.protocol !== null
  return {
    id: rule.id,
    parent_group_id: rule.groupId,
    ip_protocol: rule.protocol,
    from_port: rule.fromPort ?? (named ? all[0] : null),
    to_port: rule.toPort ?? (named ? all[1] : null),
    group:
      rule.remoteGroupId === null
        ? {}
        : { name: names.get(rule.remoteGroupId) ?? rule.remoteGroupId, tenant_id: projectId },
    ip_range: rule.remoteGroupId === null ? { cidr: rule.cidr ?? '0.0.0.0/0' } : {},
  }
}

/** A group with its rules. */
export const viewGroup = ({ group, names }: NamedGroup) => ({
  id: group.id,
  name: group.name,
  description: group.description,
  tenant_id: group.projectId,
  rules: group.rules.map((rule) => viewGroupRule(rule, names, group.projectId)),
})
