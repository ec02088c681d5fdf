import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { newUuid } from '#platform/ids.ts'
import { authorizeItem, readCreate, readUpdate } from '../attributes/body.ts'
import { invalidInput, neutronError, revisionMismatch, subnetPoolNotFound } from '../errors.ts'
import { knownCidr } from '../ip-allocations/rules.ts'
import type { Listing } from '../listing/listing.ts'
import { enforceQuota } from '../quotas/operations.ts'
import { newStandard } from '../standard.ts'
import { listSubnetsOfPool } from '../subnets/store.ts'
import { textList } from '../visibility.ts'
import { checkPrefixesKept, compactPrefixes, prefixBounds, prefixTexts } from './rules.ts'
import { poolResource } from './schemas.ts'
import * as store from './store.ts'

const target = (row: { readonly project_id: string; readonly shared: number }) => ({
  project_id: row.project_id,
  tenant_id: row.project_id,
  shared: row.shared === 1,
})

export async function listSubnetPools(ctx: Ctx, listing: Listing): Promise<store.SubnetPoolRow[]> {
  const rows = await store.listSubnetPools(ctx, listing)
  ctx.can('get_subnetpool', {})
  return rows.filter((row) => ctx.can('get_subnetpool', target(row)))
}

/** @throws notFound */
export async function getSubnetPool(ctx: Ctx, id: string): Promise<store.SubnetPoolRow> {
  const row = await store.findSubnetPool(ctx, id)
  if (row === undefined || !ctx.can('get_subnetpool', target(row))) throw subnetPoolNotFound(id)
  return row
}

/** A cloud has one default pool of each IP version. */
async function checkDefault(ctx: Ctx, version: number): Promise<void> {
  if ((await store.findDefaultPool(ctx, version)) === undefined) return
  throw invalidInput(
    `A default subnetpool for this IP family has already been set. Only one default may exist per IP family`,
  )
}

export async function createSubnetPools(
  ctx: Ctx,
  body: unknown,
): Promise<{ pools: store.SubnetPoolRow[]; bulk: boolean }> {
  const { items, bulk } = readCreate(ctx, poolResource, body)
  for (const item of items) {
    const shared = item.values.shared ? 1 : 0
    authorizeItem(ctx, 'create_subnetpool', poolResource, item, target({ project_id: item.projectId, shared }))
  }
  const pools = await inTransaction(ctx, async (tx) => {
    const made: store.SubnetPoolRow[] = []
    for (const { values, projectId } of items) {
      const prefixes = compactPrefixes(values.prefixes)
      const version = prefixes[0]?.version ?? 4
      const { min_prefixlen: min, max_prefixlen: max, default_prefixlen: usual } = values
      const bounds = prefixBounds(version, { min, max, default: usual })
      if (values.is_default) await checkDefault(tx, version)
      await enforceQuota(tx, projectId, 'subnetpool', 1)
      const row = {
        id: newUuid(),
        project_id: projectId,
        name: values.name,
        description: values.description,
        ...newStandard(ctx.now, 0),
        tags: JSON.stringify(values.tags ?? []),
        ip_version: version,
        prefixes: prefixTexts(prefixes),
        default_prefixlen: bounds.default,
        min_prefixlen: bounds.min,
        max_prefixlen: bounds.max,
        default_quota: values.default_quota ?? null,
        shared: values.shared ? 1 : 0,
        is_default: values.is_default ? 1 : 0,
      }
      await store.insertSubnetPool(tx, row)
      made.push(row)
    }
    return made
  })
  return { pools, bulk }
}

export function updateSubnetPool(
  ctx: Ctx,
  id: string,
  body: unknown,
  revision: number | null,
): Promise<store.SubnetPoolRow> {
  const update = readUpdate(ctx, poolResource, body)
  const { values } = update
  return inTransaction(ctx, async (tx) => {
    const row = await getSubnetPool(tx, id)
    authorizeItem(ctx, 'update_subnetpool', poolResource, update, target(row))
    if (revision !== null && revision !== row.revision_number) throw revisionMismatch(revision, row.revision_number)
    const old = textList(row.prefixes).map(knownCidr)
    const prefixes = values.prefixes === undefined ? old : compactPrefixes(values.prefixes)
    checkPrefixesKept(old, prefixes)
    const bounds = prefixBounds(row.ip_version, {
      min: values.min_prefixlen ?? row.min_prefixlen,
      max: values.max_prefixlen ?? row.max_prefixlen,
      default: values.default_prefixlen ?? row.default_prefixlen,
    })
    if (values.is_default === true && row.is_default === 0) await checkDefault(tx, row.ip_version)
    await store.updateSubnetPool(tx, id, {
      name: values.name ?? row.name,
      description: values.description ?? row.description,
      prefixes: prefixTexts(prefixes),
      min_prefixlen: bounds.min,
      max_prefixlen: bounds.max,
      default_prefixlen: bounds.default,
      default_quota: values.default_quota ?? row.default_quota,
      is_default: values.is_default === undefined ? row.is_default : values.is_default ? 1 : 0,
    })
    return getSubnetPool(tx, id)
  })
}

export function deleteSubnetPool(ctx: Ctx, id: string, revision: number | null): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const row = await getSubnetPool(tx, id)
    authorizeItem(ctx, 'delete_subnetpool', poolResource, { values: {}, guarded: [] }, target(row))
    if (revision !== null && revision !== row.revision_number) throw revisionMismatch(revision, row.revision_number)
    if ((await listSubnetsOfPool(tx, id)).length > 0) {
      const reason = 'Subnet pool has existing allocations'
      throw neutronError('badRequest', 'SubnetPoolDeleteError', `Unable to delete subnet pool: ${reason}.`)
    }
    await store.deleteSubnetPool(tx, id)
  })
}
