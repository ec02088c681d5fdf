import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { newUuid } from '#platform/ids.ts'
import { authorizeItem, type NewItem, readCreate } from '../attributes/body.ts'
import type { Deps } from '../deps.ts'
import { neutronError, securityGroupNotFound } from '../errors.ts'
import { fabricChanged } from '../fabric/changes.ts'
import type { Listing } from '../listing/listing.ts'
import { enforceQuota } from '../quotas/operations.ts'
import { findSecurityGroup, findSecurityGroups, updateSecurityGroup } from '../security-groups/store.ts'
import { canonicalRule, ruleKey } from './rules.ts'
import { ruleResource, type ruleAttributes } from './schemas.ts'
import * as store from './store.ts'

const notFound = (id: string): Error =>
  neutronError('notFound', 'SecurityGroupRuleNotFound', `Security group rule ${id} does not exist`)

const target = (projectId: string, groupOwner: string) => ({
  project_id: projectId,
  tenant_id: projectId,
  'security_group:project_id': groupOwner,
})

export async function listRules(ctx: Ctx, listing: Listing): Promise<store.SecurityGroupRuleRow[]> {
  const rows = await store.listRules(ctx, listing)
  ctx.can('get_security_group_rule', target('', ''))
  return rows.filter((row) => ctx.can('get_security_group_rule', target(row.project_id, row.project_id)))
}

export async function getRule(ctx: Ctx, id: string): Promise<store.SecurityGroupRuleRow> {
  const row = await store.findRule(ctx, id)
  if (row === undefined || !ctx.can('get_security_group_rule', target(row.project_id, row.project_id))) {
    throw notFound(id)
  }
  return row
}

/** All rules of one call are for one group and one project. */
function onlyGroup(items: readonly NewItem<typeof ruleAttributes>[]): string {
  const groups = new Set(items.map((item) => item.values.security_group_id))
  if (groups.size > 1) {
    throw neutronError(
      'badRequest',
      'SecurityGroupNotSingleGroupRules',
      'Only allowed to update rules for one security profile at a time',
    )
  }
  if (new Set(items.map((item) => item.projectId)).size > 1) {
    throw neutronError(
      'badRequest',
      'SecurityGroupRulesNotSingleProject',
      'Multiple project_ids in bulk security group rule create not allowed',
    )
  }
  return [...groups][0] ?? ''
}

function refuseDuplicates(
  rows: readonly store.SecurityGroupRuleRow[],
  existing: readonly store.SecurityGroupRuleRow[],
): void {
  const asKey = (row: store.SecurityGroupRuleRow): string =>
    ruleKey({ ...row, ethertype: row.ethertype === 'IPv6' ? 'IPv6' : 'IPv4' })
  const keys = new Set<string>()
  for (const row of rows) {
    const key = asKey(row)
    if (keys.has(key)) {
      throw neutronError('conflict', 'DuplicateSecurityGroupRuleInPost', 'Duplicate Security Group Rule in POST.')
    }
    keys.add(key)
  }
  const same = existing.find((row) => keys.has(asKey(row)))
  if (same !== undefined) {
    const message = `Security group rule already exists. Rule id is ${same.id}.`
    throw neutronError('conflict', 'SecurityGroupRuleExists', message)
  }
}

export async function createRules(
  ctx: Ctx,
  deps: Deps,
  body: unknown,
): Promise<{ rules: store.SecurityGroupRuleRow[]; bulk: boolean }> {
  const { items, bulk } = readCreate(ctx, ruleResource, body)
  const groupId = onlyGroup(items)
  const rows = await inTransaction(ctx, async (tx) => {
    const group = await findSecurityGroup(tx, groupId)
    // A group that the caller may not see is asked for by its own name, as everywhere else.
    if (group === undefined) {
      ctx.can('create_security_group_rule', target('', ''))
      throw securityGroupNotFound(groupId)
    }
    const made = items.map((item): store.SecurityGroupRuleRow => {
      authorizeItem(ctx, 'create_security_group_rule', ruleResource, item, target(item.projectId, group.project_id))
      const rule = canonicalRule(item.values)
      return {
        id: newUuid(),
        project_id: item.projectId,
        description: rule.description,
        revision_number: 0,
        created_at: ctx.now,
        updated_at: ctx.now,
        security_group_id: groupId,
        direction: rule.direction,
        ethertype: rule.ethertype,
        protocol: rule.protocol,
        port_range_min: rule.port_range_min,
        port_range_max: rule.port_range_max,
        remote_ip_prefix: rule.remote_ip_prefix,
        remote_group_id: rule.remote_group_id,
      }
    })
    const remotes = [...new Set(made.flatMap((row) => row.remote_group_id ?? []))]
    const known = new Set((await findSecurityGroups(tx, remotes)).map((row) => row.id))
    const missing = remotes.find((id) => !known.has(id))
    if (missing !== undefined) throw securityGroupNotFound(missing)
    await enforceQuota(tx, made[0]?.project_id ?? '', 'security_group_rule', made.length)
    refuseDuplicates(made, await store.listRulesOf(tx, [groupId]))
    await store.insertRules(tx, made)
    await updateSecurityGroup(tx, groupId, {})
    await fabricChanged(tx, deps, [{ kind: 'security_group', id: groupId }])
    return made
  })
  return { rules: rows, bulk }
}

export function deleteRule(ctx: Ctx, deps: Deps, id: string): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const row = await getRule(tx, id)
    const [group] = await findSecurityGroups(tx, [row.security_group_id])
    const nothing = { values: {}, guarded: [] }
    const owner = group?.project_id ?? row.project_id
    authorizeItem(ctx, 'delete_security_group_rule', ruleResource, nothing, target(row.project_id, owner))
    await store.deleteRule(tx, id)
    await updateSecurityGroup(tx, row.security_group_id, {})
    await fabricChanged(tx, deps, [{ kind: 'security_group', id: row.security_group_id }])
  })
}
