import { sql } from 'kysely'
import type { Migration, Schema } from '#platform/db/migrate.ts'
import { inserter } from '#platform/db/statements.ts'
import { endsOf, type NameKind } from '../names/rules.ts'

const ROWS_AT_ONCE = 500
const tables = [
  ['user', 'identity_users'],
  ['group', 'identity_groups'],
  ['project', 'identity_projects'],
] as const

/** Names are found by any piece of them. */
export const nameEnds: Migration = {
  name: '0014_name_ends',
  up: async (schema) => {
    const table = schema
      .createTable('identity_name_ends')
      .addColumn('kind', 'varchar(8)', (c) => c.notNull())
      .addColumn('name_end', 'varbinary(24)', (c) => c.notNull())
      .addColumn('id', 'varchar(64)', (c) => c.notNull())
      .addPrimaryKeyConstraint('identity_name_ends_pk', ['kind', 'name_end', 'id'])
    // The key is all there is to a row: MariaDB keeps it once by itself.
    await (schema.dialect === 'sqlite' ? table.modifyEnd(sql`without rowid`) : table).execute()
    for (const [kind, name] of tables) await fill(schema, kind, name)
  },
}

const insert = inserter<{ kind: NameKind; name_end: Uint8Array; id: string }>('identity_name_ends', [
  'kind',
  'name_end',
  'id',
])

async function fill({ queries }: Schema, kind: NameKind, table: (typeof tables)[number][1]): Promise<void> {
  let marker = ''
  for (;;) {
    const query = queries.selectFrom(table).select(['id', 'name']).where('id', '>', marker).orderBy('id')
    const rows = await query.limit(ROWS_AT_ONCE).execute()
    const named = rows.filter(({ id, name }) => kind !== 'user' || name !== id)
    await insert(
      queries,
      named.flatMap(({ id, name }) => endsOf(name).map((name_end) => ({ kind, name_end, id }))),
    )
    const last = rows.at(-1)
    if (!last || rows.length < ROWS_AT_ONCE) return
    marker = last.id
  }
}
