// An index of the ends of names, kept with the rows themselves: what contains a piece is found without reading every name.

import { type RawBuilder, sql, type SqlBool } from 'kysely'
import type { Ctx } from '#platform/context.ts'
import { inserter } from '#platform/db/statements.ts'
import { endsOf, type NameKind, type Range, rangesOf } from './rules.ts'

type EndRow = { kind: NameKind; name_end: Uint8Array; id: string }

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_name_ends: EndRow
  }
}

export type Named = { readonly id: string; readonly name: string }

/** Of more names than this the search goes through the rows: so many match that a page is soon full. */
const MOST_FOUND = 2000
/** Of so many ranges the one with the fewest names is taken. */
const MOST_RANGES = 6

const insert = inserter<EndRow>('identity_name_ends', ['kind', 'name_end', 'id'])

/** A user that providers alone know has its id for a name in the table, by which nobody looks for it. */
const isSearched = (kind: NameKind, { id, name }: Named): boolean => kind !== 'user' || name !== id

/** Keeps the names of rows that are new. In their transaction. */
export const insertNames = (ctx: Ctx, kind: NameKind, rows: readonly Named[]): Promise<void> =>
  insert(
    ctx.db.write,
    rows
      .filter((row) => isSearched(kind, row))
      .flatMap(({ id, name }) => endsOf(name).map((name_end) => ({ kind, name_end, id }))),
  )

/** Forgets the name of a row. In its transaction. */
export async function removeName(ctx: Ctx, kind: NameKind, row: Named): Promise<void> {
  if (!isSearched(kind, row)) return
  await ctx.db.write
    .deleteFrom('identity_name_ends')
    .where('kind', '=', kind)
    .where('name_end', 'in', endsOf(row.name))
    .where('id', '=', row.id)
    .execute()
}

/** The row has another name now. In its transaction. */
export async function saveName(ctx: Ctx, kind: NameKind, before: Named | undefined, after: Named): Promise<void> {
  if (before?.name === after.name) return
  if (before) await removeName(ctx, kind, before)
  await insertNames(ctx, kind, [after])
}

const within = (kind: NameKind, { from, before }: Range): RawBuilder<SqlBool> =>
  sql<SqlBool>`n.kind = ${kind} and n.name_end >= ${from} and n.name_end < ${before}`

/**
 * Rows whose names may contain every one of the pieces, where they are few; whether they do is for the caller's own conditions.
 * @param idColumn as `table.column`
 */
export async function nameConditions(
  ctx: Ctx,
  kind: NameKind,
  idColumn: string,
  pieces: readonly string[],
): Promise<RawBuilder<SqlBool>[]> {
  const ranges = pieces.flatMap(rangesOf).slice(0, MOST_RANGES)
  if (ranges.length === 0) return []
  const counts = ranges.map(
    (range, place) => sql`select ${place} as place, count(*) as found from
      (select 1 as one from identity_name_ends as n where ${within(kind, range)} limit ${MOST_FOUND + 1}) as some_of_them`,
  )
  const { rows } = await sql<{ place: number; found: number }>`${sql.join(counts, sql` union all `)}`.execute(
    ctx.db.read,
  )
  const [least] = rows.toSorted((a, b) => a.found - b.found)
  const range = least && ranges[least.place]
  if (!range || least.found > MOST_FOUND) return []
  return [sql<SqlBool>`${sql.ref(idColumn)} in (select n.id from identity_name_ends as n where ${within(kind, range)})`]
}
