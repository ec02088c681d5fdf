import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { forbidden } from '#platform/errors.ts'
import { enforceNamespace, getNamespaceRow } from '../access.ts'
import { deleteItems, findItem, insertItems, listItems, updateItem } from '../store.ts'
import type { ItemRow } from '../rows.ts'
import { type Kind, tags } from './kinds.ts'

/** An item as a caller gives it. */
export type NewItem = { readonly name: string; readonly body: object }

export const rowOf = (ctx: Ctx, namespace: string, kind: ItemRow['kind'], { name, body }: NewItem): ItemRow => ({
  namespace,
  kind,
  name,
  body: JSON.stringify(body),
  created_at: ctx.now,
  updated_at: ctx.now,
})

/** Newest first. @throws notFound, forbidden */
export const getItems = async (ctx: Ctx, kind: Kind, namespace: string): Promise<ItemRow[]> => {
  const row = await getNamespaceRow(ctx, namespace, kind.missingNamespace)
  enforceNamespace(ctx, kind.rules.list, row)
  return listItems(ctx, [namespace], kind.kind)
}

/** @throws notFound, forbidden */
export const getItem = async (ctx: Ctx, kind: Kind, namespace: string, name: string): Promise<ItemRow> => {
  const row = await getNamespaceRow(ctx, namespace, kind.missingNamespace)
  enforceNamespace(ctx, kind.rules.get, row)
  const item = await findItem(ctx, namespace, kind.kind, name)
  if (item === undefined) throw kind.missing(name)
  return item
}

/** @throws notFound, forbidden, conflict */
export const addItem = async (ctx: Ctx, kind: Kind, namespace: string, item: NewItem): Promise<ItemRow> => {
  enforceNamespace(ctx, kind.rules.add, await getNamespaceRow(ctx, namespace, kind.missingNamespace))
  const row = rowOf(ctx, namespace, kind.kind, item)
  await inTransaction(ctx, (tx) => insertItems(tx, [row])).catch((error: unknown) => {
    throw isUniqueViolation(error) ? kind.taken(item.name, namespace) : error
  })
  return row
}

/** @throws notFound, forbidden, conflict (the new name) */
export const changeItem = async (
  ctx: Ctx,
  kind: Kind,
  namespace: string,
  name: string,
  item: NewItem,
): Promise<ItemRow> => {
  enforceNamespace(ctx, kind.rules.modify, await getNamespaceRow(ctx, namespace, kind.missingNamespace))
  const before = await findItem(ctx, namespace, kind.kind, name)
  if (before === undefined) throw kind.missing(name)
  const after = { ...rowOf(ctx, namespace, kind.kind, item), created_at: before.created_at }
  await inTransaction(ctx, (tx) => updateItem(tx, before, after)).catch((error: unknown) => {
    throw isUniqueViolation(error) ? kind.taken(item.name, namespace) : error
  })
  return after
}

/** @throws notFound, forbidden (policy, protected namespace) */
export const removeItem = async (ctx: Ctx, kind: Kind, namespace: string, name: string): Promise<void> => {
  const row = await getNamespaceRow(ctx, namespace, kind.missingNamespace)
  enforceNamespace(ctx, kind.rules.remove, row)
  if ((await findItem(ctx, namespace, kind.kind, name)) === undefined) throw kind.missing(name)
  if (row.protected === 1) throw kind.locked(name)
  await inTransaction(ctx, (tx) => deleteItems(tx, namespace, kind.kind, name))
}

/** Removes all items of a kind. @throws notFound, forbidden (policy, protected namespace) */
export const removeItems = async (ctx: Ctx, kind: Kind, namespace: string): Promise<void> => {
  const row = await getNamespaceRow(ctx, namespace)
  enforceNamespace(ctx, 'delete_metadef_namespace', row)
  if (kind === tags) enforceNamespace(ctx, 'delete_metadef_tags', row)
  if (row.protected === 1) {
    throw forbidden(`Metadata definition namespace ${namespace} is protected and cannot be deleted.`)
  }
  await inTransaction(ctx, (tx) => deleteItems(tx, namespace, kind.kind))
}

/**
 * Sets the tags of a namespace, or adds to them.
 * @throws notFound, forbidden, conflict (a tag twice)
 */
export const setTags = async (
  ctx: Ctx,
  namespace: string,
  names: readonly string[],
  isAdding: boolean,
): Promise<void> => {
  enforceNamespace(ctx, 'add_metadef_tags', await getNamespaceRow(ctx, namespace))
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) throw tags.taken(name, namespace)
    seen.add(name)
  }
  await inTransaction(ctx, async (tx) => {
    if (!isAdding) await deleteItems(tx, namespace, 'tag')
    for (const name of names) {
      if (isAdding && (await findItem(tx, namespace, 'tag', name)) !== undefined) throw tags.taken(name, namespace)
    }
    await insertItems(
      tx,
      names.map((name) => rowOf(ctx, namespace, 'tag', { name, body: {} })),
    )
  })
}
