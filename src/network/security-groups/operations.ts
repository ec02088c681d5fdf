import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { newUuid } from '#platform/ids.ts'
import { authorizeItem, readCreate, readUpdate } from '../attributes/body.ts'
import type { Deps } from '../deps.ts'
import { neutronError, revisionMismatch, securityGroupNotFound } from '../errors.ts'
import { fabricChanged } from '../fabric/changes.ts'
import type { Listing } from '../listing/listing.ts'
import { isSecurityGroupUsed, listPortsInGroup } from '../ports/store.ts'
import { enforceQuota } from '../quotas/operations.ts'
import * as rules from '../security-group-rules/store.ts'
import { serverPortsChanged } from '../server-ports/events.ts'
import { newStandard } from '../standard.ts'
import { groupResource } from './schemas.ts'
import * as store from './store.ts'

/** A group with its rules. */
export type SecurityGroup = { readonly row: store.SecurityGroupRow; readonly rules: rules.SecurityGroupRuleRow[] }

const target = (row: { readonly project_id: string }) => ({
  project_id: row.project_id,
  tenant_id: row.project_id,
  shared: false,
})

const inUse = (id: string): Error => neutronError('conflict', 'SecurityGroupInUse', `Security Group ${id} in use.`)

type RuleSeed = {
  readonly direction: 'ingress' | 'egress'
  readonly ethertype: 'IPv4' | 'IPv6'
  readonly remote: string | null
}

function newRules(ctx: Ctx, group: store.SecurityGroupRow): rules.SecurityGroupRuleRow[] {
  const seeds: RuleSeed[] = [
    { direction: 'egress', ethertype: 'IPv4', remote: null },
    { direction: 'egress', ethertype: 'IPv6', remote: null },
  ]
  // Members of the default group reach each other.
  if (group.default_for !== null) {
    seeds.push(
      { direction: 'ingress', ethertype: 'IPv4', remote: group.id },
      { direction: 'ingress', ethertype: 'IPv6', remote: group.id },
    )
  }
  return seeds.map(({ direction, ethertype, remote }) => ({
    id: newUuid(),
    project_id: group.project_id,
    description: '',
    revision_number: 0,
    created_at: ctx.now,
    updated_at: ctx.now,
    security_group_id: group.id,
    direction,
    ethertype,
    protocol: null,
    port_range_min: null,
    port_range_max: null,
    remote_ip_prefix: null,
    remote_group_id: remote,
  }))
}

async function insertGroup(ctx: Ctx, deps: Deps, row: store.SecurityGroupRow): Promise<SecurityGroup> {
  const seeded = newRules(ctx, row)
  await store.insertSecurityGroup(ctx, row)
  await rules.insertRules(ctx, seeded)
  await fabricChanged(ctx, deps, [{ kind: 'security_group', id: row.id }])
  // In the order in which they are read.
  return { row, rules: seeded.toSorted((a, b) => (a.id < b.id ? -1 : 1)) }
}

/** The id of a project's default group, which is made when it is first needed. */
export async function ensureDefaultGroup(ctx: Ctx, deps: Deps, projectId: string): Promise<string> {
  const known = await store.findDefaultGroup(ctx, projectId)
  if (known !== undefined || projectId === '') return known?.id ?? ''
  const row = {
    id: newUuid(),
    project_id: projectId,
    name: 'default',
    description: 'Default security group',
    ...newStandard(ctx.now, 1),
    stateful: 1,
    default_for: projectId,
  }
  try {
    await inTransaction(ctx, (tx) => insertGroup(tx, deps, row))
    return row.id
  } catch (error) {
    // Another controller was quicker.
    const other = isUniqueViolation(error) ? await store.findDefaultGroup(ctx, projectId) : undefined
    if (other === undefined) throw error
    return other.id
  }
}

async function withRules(ctx: Ctx, rows: readonly store.SecurityGroupRow[]): Promise<SecurityGroup[]> {
  const all = await rules.listRulesOf(
    ctx,
    rows.map((row) => row.id),
  )
  const byGroup = Map.groupBy(all, (rule) => rule.security_group_id)
  return rows.map((row) => ({ row, rules: byGroup.get(row.id) ?? [] }))
}

export async function listSecurityGroups(ctx: Ctx, deps: Deps, listing: Listing): Promise<SecurityGroup[]> {
  const asked = listing.params.get('project_id') ?? listing.params.get('tenant_id')
  const own = ctx.caller.projectId ?? ''
  const owner = asked !== null && ctx.can('context_is_admin') ? asked : own
  if (ctx.can('get_security_group', target({ project_id: own }))) await ensureDefaultGroup(ctx, deps, owner)
  const rows = await store.listSecurityGroups(ctx, listing)
  return withRules(
    ctx,
    rows.filter((row) => ctx.can('get_security_group', target(row))),
  )
}

async function findVisible(ctx: Ctx, id: string): Promise<store.SecurityGroupRow> {
  const row = await store.findSecurityGroup(ctx, id)
  if (row === undefined || !ctx.can('get_security_group', target(row))) throw securityGroupNotFound(id)
  return row
}

export async function getSecurityGroup(ctx: Ctx, id: string): Promise<SecurityGroup> {
  const row = await findVisible(ctx, id)
  return { row, rules: await rules.listRulesOf(ctx, [id]) }
}

export async function createSecurityGroups(
  ctx: Ctx,
  deps: Deps,
  body: unknown,
): Promise<{ groups: SecurityGroup[]; bulk: boolean }> {
  const { items, bulk } = readCreate(ctx, groupResource, body)
  for (const item of items) {
    authorizeItem(ctx, 'create_security_group', groupResource, item, {
      ...item.values,
      ...target({ project_id: item.projectId }),
    })
  }
  for (const owner of new Set(items.map((item) => item.projectId))) await ensureDefaultGroup(ctx, deps, owner)
  const groups = await inTransaction(ctx, async (tx) => {
    const made: SecurityGroup[] = []
    for (const { values, projectId } of items) {
      await enforceQuota(tx, projectId, 'security_group', 1)
      await enforceQuota(tx, projectId, 'security_group_rule', 2)
      const row = {
        id: newUuid(),
        project_id: projectId,
        name: values.name,
        description: values.description,
        ...newStandard(ctx.now, 1),
        stateful: values.stateful ? 1 : 0,
        default_for: null,
      }
      made.push(await insertGroup(tx, deps, row))
    }
    return made
  })
  return { groups, bulk }
}

export function updateSecurityGroup(
  ctx: Ctx,
  deps: Deps,
  id: string,
  body: unknown,
  revision: number | null,
): Promise<SecurityGroup> {
  const update = readUpdate(ctx, groupResource, body)
  return inTransaction(ctx, async (tx) => {
    const row = await findVisible(tx, id)
    authorizeItem(ctx, 'update_security_group', groupResource, update, target(row))
    if (revision !== null && revision !== row.revision_number) throw revisionMismatch(revision, row.revision_number)
    const { name, stateful, description } = update.values
    if (row.name === 'default' && name !== undefined) {
      throw neutronError('conflict', 'SecurityGroupCannotUpdateDefault', 'Updating default security group not allowed.')
    }
    const turned = stateful !== undefined && stateful !== (row.stateful === 1)
    if (turned && (await isSecurityGroupUsed(tx, id))) throw inUse(id)
    await store.updateSecurityGroup(tx, id, {
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      ...(stateful === undefined ? {} : { stateful: stateful ? 1 : 0 }),
    })
    await fabricChanged(tx, deps, [{ kind: 'security_group', id }])
    // Servers keep the names of the groups they are in.
    if (name !== undefined && name !== row.name) serverPortsChanged(tx, deps, await listPortsInGroup(tx, id))
    return getSecurityGroup(tx, id)
  })
}

export function deleteSecurityGroup(ctx: Ctx, deps: Deps, id: string, revision: number | null): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const row = await findVisible(tx, id)
    authorizeItem(ctx, 'delete_security_group', groupResource, { values: {}, guarded: [] }, target(row))
    if (revision !== null && revision !== row.revision_number) throw revisionMismatch(revision, row.revision_number)
    if (await isSecurityGroupUsed(tx, id)) throw inUse(id)
    if (row.name === 'default' && !ctx.can('context_is_admin')) {
      throw neutronError(
        'conflict',
        'SecurityGroupCannotRemoveDefault',
        'Insufficient rights for removing default security group.',
      )
    }
    const touched = await rules.listGroupsWithRemote(tx, id)
    await rules.deleteRulesOf(tx, id)
    await store.deleteSecurityGroup(tx, id)
    const changed = [...new Set([id, ...touched])].map((each) => ({ kind: 'security_group' as const, id: each }))
    await fabricChanged(tx, deps, changed)
  })
}
