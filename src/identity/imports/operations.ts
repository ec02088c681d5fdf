// Brings a Keystone's database over: the same ids, the same passwords. All of it in one transaction, or nothing.
// What is here already under the same id stays as it is, so that an import can be repeated.

import type { KeyObject } from 'node:crypto'
import { decryptFernet, type FernetKey } from '#lib/fernet/fernet.ts'
import { seal } from '#lib/seal/seal.ts'
import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { credentialPurpose } from '../credentials/store.ts'
import { settingPurpose } from '../domain-configs/store.ts'
import { secretPurpose } from '../oauth1/store.ts'
import type { NameKind } from '../names/rules.ts'
import { insertNames } from '../names/store.ts'
import {
  type Cell,
  type Left,
  missingTables,
  type NamedKind,
  type Planned,
  type PlannedRow,
  planImport,
} from './rules/plan.ts'
import type { SourceTables } from './rules/source.ts'
import * as store from './store.ts'

export type ImportOptions = {
  /** Keys that encrypted the credentials. */
  readonly credentialKeys: readonly FernetKey[]
  /** Whether what has the same name here stands for what is imported. */
  readonly adopt: boolean
  /** Looks, and writes nothing. */
  readonly dryRun: boolean
}

/** A name that somebody else has here. */
export type Conflict = { readonly kind: string; readonly name: string; readonly theirs: string; readonly ours: string }

/** Of each kind: how many are new, were here, and are stood for by others. */
export type Tally = { kind: string; added: number; present: number; adopted: number }

export type ImportReport = {
  readonly tallies: readonly Tally[]
  /** Where there are any, nothing was written. */
  readonly conflicts: readonly Conflict[]
  readonly left: readonly Left[]
  readonly written: boolean
}

/** The tables are of no Keystone. */
export class NotKeystone extends Error {
  override name = 'NotKeystone'
}

class Undo extends Error {}

/** @throws NotKeystone */
export async function importKeystone(
  ctx: Ctx,
  masterKey: KeyObject,
  tables: SourceTables,
  options: ImportOptions,
): Promise<ImportReport> {
  const missing = missingTables(tables)
  if (missing.length > 0) throw new NotKeystone(`not the database of a Keystone: no rows of ${missing.join(', ')}`)
  const { planned, left } = planImport(tables, decrypter(options.credentialKeys))
  const tallies: Tally[] = []
  const conflicts: Conflict[] = []
  const standIns = new Map<NamedKind, Map<string, string>>()
  try {
    await inTransaction(ctx, async (tx) => {
      for (const part of planned) {
        const { rows, tally } = await compare(tx, part, standIns, conflicts, options.adopt)
        const known = tallies.find(({ kind }) => kind === tally.kind)
        if (known) addTo(known, tally)
        else tallies.push(tally)
        if (options.dryRun || conflicts.length > 0) continue
        await store.insertRows(tx, part.table, sealed(masterKey, part, rows))
        await keepNames(tx, part, rows)
      }
      if (conflicts.length > 0) throw new Undo()
    })
  } catch (error) {
    if (!(error instanceof Undo)) throw error
  }
  return { tallies, conflicts, left, written: !options.dryRun && conflicts.length === 0 }
}

const addTo = (sum: Tally, more: Tally): void => {
  sum.added += more.added
  sum.present += more.present
  sum.adopted += more.adopted
}

/** Which rows of a part are new here. */
async function compare(
  ctx: Ctx,
  part: Planned,
  standIns: Map<NamedKind, Map<string, string>>,
  conflicts: Conflict[],
  adopt: boolean,
): Promise<{ readonly rows: PlannedRow[]; readonly tally: Tally }> {
  const { key, unique, named, kind } = part
  const keyOf = (row: Readonly<Record<string, Cell>>, columns: readonly string[]) =>
    JSON.stringify(columns.map((column) => row[column] ?? null))
  const here = await store.listColumns(ctx, part.table, [...new Set([...key, ...(unique ?? [])])])
  const ids = new Set(here.map((row) => keyOf(row, key)))
  const names = new Map(unique ? here.map((row) => [keyOf(row, unique), String(row[key[0] ?? ''])]) : [])
  const tally: Tally = { kind, added: 0, present: 0, adopted: 0 }
  const rows: PlannedRow[] = []
  for (const given of part.rows) {
    const row = renamed(given, part, standIns)
    const id = keyOf(row, key)
    if (ids.has(id)) {
      tally.present += 1
      continue
    }
    const name = unique && keyOf(row, unique)
    const holder = name === undefined ? undefined : names.get(name)
    const theirs = String(row[key[0] ?? ''])
    if (holder !== undefined && adopt && named) {
      const of = standIns.get(named) ?? new Map<string, string>()
      standIns.set(named, of.set(theirs, holder))
      tally.adopted += 1
      continue
    }
    if (holder !== undefined) {
      conflicts.push({ kind, name: String(row['name'] ?? name), theirs, ours: holder })
      continue
    }
    ids.add(id)
    if (name !== undefined) names.set(name, theirs)
    tally.added += 1
    rows.push(row)
  }
  return { rows, tally }
}

/** The row with the ids of those that stand here for what it names. */
function renamed(
  row: PlannedRow,
  { refs }: Planned,
  standIns: ReadonlyMap<NamedKind, ReadonlyMap<string, string>>,
): PlannedRow {
  if (standIns.size === 0) return row
  const changed: Record<string, Cell> = { ...row }
  for (const [column, ref] of Object.entries(refs)) {
    const value = row[column]
    if (typeof value !== 'string') continue
    const several = ref.endsWith('*')
    const of = kinds.find((kind) => ref.startsWith(kind))
    const standIn = (id: string) => (of && standIns.get(of)?.get(id)) ?? id
    changed[column] = several ? [...new Set(value.split(',').map(standIn))].join(',') : standIn(value)
  }
  return changed
}

/** Users, groups and projects are found by pieces of their names. */
async function keepNames(ctx: Ctx, { named }: Planned, rows: readonly PlannedRow[]): Promise<void> {
  const kind = named && searched[named]
  if (kind)
    await insertNames(
      ctx,
      kind,
      rows.map((row) => ({ id: String(row['id']), name: String(row['name']) })),
    )
}

const searched: Readonly<Partial<Record<NamedKind, NameKind>>> = { users: 'user', groups: 'group', projects: 'project' }

const kinds: readonly NamedKind[] = ['projects', 'users', 'groups', 'roles']

/** Columns `sealed` hold open values in a plan. */
function sealed(masterKey: KeyObject, { kind }: Planned, rows: readonly PlannedRow[]): readonly PlannedRow[] {
  const purposeOf: Readonly<Record<string, (row: PlannedRow) => string>> = {
    consumers: (row) => secretPurpose(String(row['id'])),
    access_tokens: (row) => secretPurpose(String(row['id'])),
    credentials: (row) => credentialPurpose(String(row['id'])),
    domain_configs: (row) =>
      settingPurpose(String(row['domain_id']), String(row['group_name']), String(row['option_name'])),
  }
  const purpose = purposeOf[kind]
  if (!purpose) return rows
  return rows.map((row) => ({ ...row, sealed: seal(masterKey, String(row['sealed']), purpose(row)) }))
}

function decrypter(keys: readonly FernetKey[]): (blob: string) => string | undefined {
  return (blob) => {
    try {
      // A credential never grows too old, and clocks do not matter.
      return decryptFernet(keys, blob, { now: Number.MAX_SAFE_INTEGER }).payload.toString('utf8')
    } catch {
      return undefined
    }
  }
}
