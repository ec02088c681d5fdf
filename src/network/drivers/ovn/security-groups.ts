import { listOf, mapOf, type NamedUuid } from '#lib/ovsdb/values.ts'
import type { FabricSecurityGroup, FabricTable } from '../driver.ts'
import { ruleAcl } from './acl.ts'
import type { Changes } from './changes.ts'
import type { OvnContext } from './context.ts'
import { KEY, portGroupName } from './names.ts'

function ensureSecurityGroup(changes: Changes, group: FabricSecurityGroup): void {
  const name = portGroupName(group.id)
  const externalIds = { [KEY.securityGroupId]: group.id, [KEY.revision]: String(group.revision) }
  const uuid = changes.find('Port_Group', 'name', name)
  const existing = listOf(changes.row('Port_Group', uuid), 'acls')
  const byRule = new Map(
    existing.map((acl) => [mapOf(changes.row('ACL', acl), 'external_ids')[KEY.securityGroupRuleId] ?? acl, acl]),
  )
  const add: NamedUuid[] = []
  for (const rule of group.rules) {
    const acl = byRule.get(rule.id)
    if (acl === undefined) add.push(changes.insert('ACL', ruleAcl(group, rule)))
    else changes.update('ACL', acl, ruleAcl(group, rule))
    byRule.delete(rule.id)
  }
  if (uuid === undefined) {
    changes.insertNamed('Port_Group', { name, acls: add, external_ids: externalIds })
    return
  }
  changes.update('Port_Group', uuid, { external_ids: externalIds })
  changes.members('Port_Group', uuid, 'acls', add, [...byRule.values()])
}

/** Security groups are port groups, and their rules ACLs of them; OVN itself keeps the address sets that remote groups need. */
export function createSecurityGroups({ northbound, apply }: OvnContext): FabricTable<FabricSecurityGroup> {
  return {
    ensure: (groups) => apply((changes) => groups.forEach((group) => ensureSecurityGroup(changes, group))),
    remove: (ids) =>
      apply((changes) => {
        for (const id of ids) {
          const uuid = changes.find('Port_Group', 'name', portGroupName(id))
          if (uuid !== undefined) changes.delete('Port_Group', uuid)
        }
      }),
    revisions() {
      const revisions = new Map<string, number>()
      for (const row of northbound.replica.rows('Port_Group').values()) {
        const { [KEY.securityGroupId]: id, [KEY.revision]: revision } = mapOf(row, 'external_ids')
        if (id !== undefined) revisions.set(id, Number(revision ?? -1))
      }
      return revisions
    },
  }
}
