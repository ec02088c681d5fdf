import type { Ctx } from '#platform/context.ts'

/** A flavor. Memory and swap in MiB, disks in GiB; `extra_specs` is JSON. */
export type FlavorRow = {
  id: string
  name: string
  memory_mb: number
  vcpus: number
  root_gb: number
  ephemeral_gb: number
  swap_mb: number
  rxtx_factor: number
  is_public: number
  disabled: number
  description: string | null
  extra_specs: string
  created_at: number
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    compute_flavors: FlavorRow
    compute_flavor_access: { flavor_id: string; project_id: string }
  }
}

/** What a list may be narrowed to. `isPublic` null: public and private alike. */
export type FlavorFilter = {
  readonly isPublic: boolean | null
  readonly minRam: number
  readonly minDisk: number
  readonly name: string | undefined
  readonly sortKey: 'id' | 'name' | 'memory_mb' | 'vcpus' | 'root_gb' | 'ephemeral_gb' | 'swap_mb' | 'created_at'
  readonly descending: boolean
  readonly marker: FlavorRow | undefined
  readonly limit: number
}

/** Flavors of the filter: for everybody but an administrator, the public ones and those its project has access to. */
export function listFlavors(ctx: Ctx, filter: FlavorFilter, seesAll: boolean): Promise<FlavorRow[]> {
  const { sortKey, descending, marker } = filter
  let query = ctx.db.read.selectFrom('compute_flavors').selectAll('compute_flavors').where('disabled', '=', 0)
  if (!seesAll) {
    query = query.where((e) =>
      e.or([
        e('is_public', '=', 1),
        e.exists(
          e
            .selectFrom('compute_flavor_access')
            .select('flavor_id')
            .whereRef('compute_flavor_access.flavor_id', '=', 'compute_flavors.id')
            .where('project_id', '=', ctx.caller.projectId ?? ''),
        ),
      ]),
    )
  }
  if (filter.isPublic !== null && seesAll) query = query.where('is_public', '=', filter.isPublic ? 1 : 0)
  if (filter.minRam > 0) query = query.where('memory_mb', '>=', filter.minRam)
  if (filter.minDisk > 0) query = query.where('root_gb', '>=', filter.minDisk)
  const { name } = filter
  if (name !== undefined) query = query.where('name', 'like', `%${name.replaceAll('%', '')}%`)
  if (marker) {
    const after = descending ? '<' : '>'
    query = query.where((e) =>
      e.or([e(sortKey, after, marker[sortKey]), e.and([e(sortKey, '=', marker[sortKey]), e('id', '>', marker.id)])]),
    )
  }
  return query
    .orderBy(sortKey, descending ? 'desc' : 'asc')
    .orderBy('id')
    .limit(filter.limit)
    .execute()
}

/** A flavor that the caller may see. */
export async function findFlavor(ctx: Ctx, id: string, seesAll: boolean): Promise<FlavorRow | undefined> {
  const row = await ctx.db.read.selectFrom('compute_flavors').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row || row.is_public === 1 || seesAll) return row
  const projects = await listAccess(ctx, id)
  return projects.includes(ctx.caller.projectId ?? '') ? row : undefined
}

export const insertFlavor = (ctx: Ctx, row: FlavorRow) =>
  ctx.db.write.insertInto('compute_flavors').values(row).execute()

export const updateFlavor = (ctx: Ctx, id: string, changes: Partial<Pick<FlavorRow, 'description' | 'extra_specs'>>) =>
  ctx.db.write.updateTable('compute_flavors').set(changes).where('id', '=', id).execute()

export async function deleteFlavor(ctx: Ctx, id: string): Promise<void> {
  await ctx.db.write.deleteFrom('compute_flavor_access').where('flavor_id', '=', id).execute()
  await ctx.db.write.deleteFrom('compute_flavors').where('id', '=', id).execute()
}

export async function listAccess(ctx: Ctx, flavorId: string): Promise<string[]> {
  const rows = await ctx.db.read
    .selectFrom('compute_flavor_access')
    .select('project_id')
    .where('flavor_id', '=', flavorId)
    .orderBy('project_id')
    .limit(1000)
    .execute()
  return rows.map((row) => row.project_id)
}

export const insertAccess = (ctx: Ctx, flavorId: string, projectId: string) =>
  ctx.db.write.insertInto('compute_flavor_access').values({ flavor_id: flavorId, project_id: projectId }).execute()

/** Whether there was such an access. */
export async function deleteAccess(ctx: Ctx, flavorId: string, projectId: string): Promise<boolean> {
  const result = await ctx.db.write
    .deleteFrom('compute_flavor_access')
    .where('flavor_id', '=', flavorId)
    .where('project_id', '=', projectId)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}
