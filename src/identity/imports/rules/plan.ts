// What of a Keystone database becomes which rows here, in an order in which whatever a row names comes before it.

import { planCatalog } from './catalog.ts'
import { type Decrypt, planDelegation } from './delegation.ts'
import { planDirectories } from './directories.ts'
import { planFederation } from './federation.ts'
import { planPeople } from './people.ts'
import { planPlaces } from './places.ts'
import { LEFT_TABLES, REQUIRED_TABLES, rowsOf, type SourceTables } from './source.ts'

export type Cell = string | number | null
export type PlannedRow = Readonly<Record<string, Cell>>

/** Kinds whose rows have a name that is theirs alone: another row here may have it. */
export type NamedKind = 'projects' | 'users' | 'groups' | 'roles'

/** Rows of one table here. */
export type Planned = {
  readonly kind: string
  readonly table: string
  readonly key: readonly string[]
  /** Columns that must differ from those of every other row. */
  readonly unique?: readonly string[]
  /** Whether a row here of the same name can stand for one of these; others then name it by `refs`. */
  readonly named?: NamedKind
  /** Column → what it names; a `*` behind the kind: ids with commas between them. */
  readonly refs: Readonly<Record<string, NamedKind | `${NamedKind}*`>>
  readonly rows: readonly PlannedRow[]
}

/** What was not brought over. */
export type Left = { readonly what: string; readonly count: number }

export type Plan = { readonly planned: readonly Planned[]; readonly left: readonly Left[] }

/** Tables that a database must have to be one. */
export const missingTables = (tables: SourceTables): string[] => REQUIRED_TABLES.filter((name) => !tables.has(name))

/** @param decrypt opens an encrypted credential; undefined where none of the keys does */
export function planImport(tables: SourceTables, decrypt: Decrypt): Plan {
  const people = planPeople(tables)
  const delegation = planDelegation(tables, decrypt)
  const left = [...LEFT_TABLES].map((name) => ({ what: name, count: rowsOf(tables, name).length }))
  return {
    planned: [
      ...planPlaces(tables),
      ...people.planned,
      ...planCatalog(tables),
      ...delegation.planned,
      ...planDirectories(tables),
      ...planFederation(tables),
    ],
    left: [...people.left, ...delegation.left, ...left].filter(({ count }) => count > 0),
  }
}
