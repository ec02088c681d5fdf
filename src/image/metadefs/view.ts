import { isoSeconds } from '#platform/clock.ts'
import type { ItemRow, NamespaceRow } from './rows.ts'

/** What is kept of an item beside its name. */
export const bodyOf = ({ body }: ItemRow): Record<string, unknown> => {
  const value: unknown = JSON.parse(body)
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

const times = ({ created_at: created, updated_at: updated }: { created_at: number; updated_at: number }) => ({
  created_at: isoSeconds(created),
  updated_at: isoSeconds(updated),
})

export const viewNamespace = (row: NamespaceRow) => ({
  namespace: row.namespace,
  ...(row.display_name === null ? {} : { display_name: row.display_name }),
  ...(row.description === null ? {} : { description: row.description }),
  visibility: row.visibility,
  protected: row.protected === 1,
  ...(row.owner === null ? {} : { owner: row.owner }),
  ...times(row),
  self: `/v2/metadefs/namespaces/${row.namespace}`,
  schema: '/v2/schemas/metadefs/namespace',
})

/** An object in all its parts. */
export const viewObject = (item: ItemRow) => ({ required: [], properties: {}, ...viewNewObject(item) })

/** An object as it was given, without what it does not have. */
export const viewNewObject = (item: ItemRow) => ({
  name: item.name,
  ...bodyOf(item),
  ...times(item),
  self: `/v2/metadefs/namespaces/${item.namespace}/objects/${item.name}`,
  schema: '/v2/schemas/metadefs/object',
})

export const viewProperty = (item: ItemRow) => ({ name: item.name, ...bodyOf(item) })

/** Properties by name. */
export const viewProperties = (items: readonly ItemRow[]) =>
  Object.fromEntries(items.map((item) => [item.name, bodyOf(item)]))

export const viewTag = (item: ItemRow) => ({ name: item.name, ...times(item) })

export const viewTags = (items: readonly ItemRow[]) => items.map(({ name }) => ({ name }))

export const viewAssociation = (item: ItemRow) => ({ name: item.name, ...bodyOf(item), ...times(item) })

export const viewResourceType = (row: { name: string; created_at: number; updated_at: number }) => ({
  name: row.name,
  ...times(row),
})
