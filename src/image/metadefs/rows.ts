// What is stored of metadata definitions.

/** A namespace of metadata definitions. Times are milliseconds. */
export type NamespaceRow = {
  namespace: string
  display_name: string | null
  description: string | null
  visibility: 'public' | 'private'
  protected: number
  owner: string | null
  created_at: number
  updated_at: number
}

export type ItemKind = 'object' | 'property' | 'tag' | 'association'

/** What a namespace has; `body` is the JSON of everything but the name. */
export type ItemRow = {
  namespace: string
  kind: ItemKind
  name: string
  body: string
  created_at: number
  updated_at: number
}

export type ResourceTypeRow = { name: string; created_at: number; updated_at: number }

/** What namespaces can be sorted by. */
export const namespaceSortKeys = [
  'namespace',
  'display_name',
  'visibility',
  'protected',
  'owner',
  'created_at',
  'updated_at',
] as const

export type NamespaceSortKey = (typeof namespaceSortKeys)[number]
