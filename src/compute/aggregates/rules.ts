/** The key of an aggregate's metadata that makes it a zone. */
export const ZONE_KEY = 'availability_zone'

/** Metadata of an aggregate: texts by key. */
export type Metadata = Readonly<Record<string, string>>

/** What remains when the changes are made: null takes a key away. */
export const changed = (metadata: Metadata, changes: Readonly<Record<string, string | null>>): Metadata =>
  Object.fromEntries(
    Object.entries({ ...metadata, ...changes }).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
  )
