import type { Ctx } from '#platform/context.ts'
import type { ItemKind, ItemRow, NamespaceRow, NamespaceSortKey, ResourceTypeRow } from './rows.ts'

declare module '#platform/db/tables.ts' {
  interface Tables {
    image_metadef_namespaces: NamespaceRow
    image_metadef_items: ItemRow
    image_metadef_resource_types: ResourceTypeRow
  }
}

export const findNamespace = (ctx: Ctx, name: string): Promise<NamespaceRow | undefined> =>
  ctx.db.read.selectFrom('image_metadef_namespaces').selectAll().where('namespace', '=', name).executeTakeFirst()

/** Whether there is any namespace at all. */
export const hasNamespaces = async (ctx: Ctx): Promise<boolean> =>
  (await ctx.db.read.selectFrom('image_metadef_namespaces').select('namespace').limit(1).executeTakeFirst()) !==
  undefined

export const insertNamespace = async (tx: Ctx, row: NamespaceRow): Promise<void> => {
  await tx.db.write.insertInto('image_metadef_namespaces').values(row).execute()
}

/** Changes a namespace, also its name. */
export const updateNamespace = async (tx: Ctx, name: string, row: NamespaceRow): Promise<void> => {
  await tx.db.write.updateTable('image_metadef_namespaces').set(row).where('namespace', '=', name).execute()
  if (row.namespace === name) return
  await tx.db.write
    .updateTable('image_metadef_items')
    .set({ namespace: row.namespace })
    .where('namespace', '=', name)
    .execute()
}

export const deleteNamespace = async (tx: Ctx, name: string): Promise<void> => {
  await tx.db.write.deleteFrom('image_metadef_items').where('namespace', '=', name).execute()
  await tx.db.write.deleteFrom('image_metadef_namespaces').where('namespace', '=', name).execute()
}

export type NamespaceQuery = {
  readonly sortKey: NamespaceSortKey
  readonly direction: 'asc' | 'desc'
  readonly limit: number
  readonly marker: NamespaceRow | undefined
  readonly visibility: 'public' | 'private' | undefined
  /** Only namespaces about one of these types. */
  readonly resourceTypes: readonly string[] | undefined
  /** Whose private namespaces to show; undefined: everybody's. */
  readonly owner: string | null | undefined
}

export const listNamespaces = (ctx: Ctx, query: NamespaceQuery): Promise<NamespaceRow[]> => {
  const { sortKey, direction, limit, marker, visibility, resourceTypes, owner } = query
  let select = ctx.db.read.selectFrom('image_metadef_namespaces').selectAll()
  if (owner !== undefined) {
    select = select.where((eb) =>
      eb.or([eb('visibility', '=', 'public'), ...(owner === null ? [] : [eb('owner', '=', owner)])]),
    )
  }
  if (visibility !== undefined) select = select.where('visibility', '=', visibility)
  if (resourceTypes !== undefined) {
    select = select.where('namespace', 'in', (eb) =>
      eb
        .selectFrom('image_metadef_items')
        .select('image_metadef_items.namespace')
        .where('kind', '=', 'association')
        .where('name', 'in', [...resourceTypes]),
    )
  }
  if (marker !== undefined) {
    const beyond = direction === 'asc' ? '>' : '<'
    const value = marker[sortKey]
    select = select.where((eb) =>
      eb.or([
        ...(value === null ? [] : [eb(eb.ref(sortKey), beyond, value)]),
        eb.and([eb(eb.ref(sortKey), value === null ? 'is' : '=', value), eb('namespace', beyond, marker.namespace)]),
      ]),
    )
  }
  return select.orderBy(sortKey, direction).orderBy('namespace', direction).limit(limit).execute()
}

/** Items of namespaces, newest first. */
export const listItems = (ctx: Ctx, namespaces: readonly string[], kind?: ItemKind): Promise<ItemRow[]> => {
  let select = ctx.db.read
    .selectFrom('image_metadef_items')
    .selectAll()
    .where('namespace', 'in', [...namespaces])
  if (kind !== undefined) select = select.where('kind', '=', kind)
  return select.orderBy('created_at', 'desc').orderBy('name').execute()
}

export const findItem = (ctx: Ctx, namespace: string, kind: ItemKind, name: string): Promise<ItemRow | undefined> =>
  ctx.db.read
    .selectFrom('image_metadef_items')
    .selectAll()
    .where('namespace', '=', namespace)
    .where('kind', '=', kind)
    .where('name', '=', name)
    .executeTakeFirst()

export const insertItems = async (tx: Ctx, rows: readonly ItemRow[]): Promise<void> => {
  if (rows.length > 0)
    await tx.db.write
      .insertInto('image_metadef_items')
      .values([...rows])
      .execute()
}

/** Changes an item, also its name. */
export const updateItem = async (tx: Ctx, { namespace, kind, name }: ItemRow, row: ItemRow): Promise<void> => {
  await tx.db.write
    .updateTable('image_metadef_items')
    .set(row)
    .where('namespace', '=', namespace)
    .where('kind', '=', kind)
    .where('name', '=', name)
    .execute()
}

/** Deletes one item, or without a name all of the kind. @returns whether there was any */
export const deleteItems = async (tx: Ctx, namespace: string, kind: ItemKind, name?: string): Promise<boolean> => {
  let query = tx.db.write.deleteFrom('image_metadef_items').where('namespace', '=', namespace).where('kind', '=', kind)
  if (name !== undefined) query = query.where('name', '=', name)
  const { numDeletedRows } = await query.executeTakeFirst()
  return numDeletedRows > 0n
}

export const listResourceTypes = (ctx: Ctx): Promise<ResourceTypeRow[]> =>
  ctx.db.read.selectFrom('image_metadef_resource_types').selectAll().orderBy('name').execute()

/** Makes a type of resources known, where it is not yet. */
export const learnResourceType = async (tx: Ctx, row: ResourceTypeRow): Promise<void> => {
  const known = await tx.db.read
    .selectFrom('image_metadef_resource_types')
    .select('name')
    .where('name', '=', row.name)
    .executeTakeFirst()
  if (known === undefined) await tx.db.write.insertInto('image_metadef_resource_types').values(row).execute()
}
