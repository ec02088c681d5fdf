// Numbered migrations a service, applied once each and in order. A landed migration is never edited.
import { type CreateTableBuilder, sql } from 'kysely'
import type { Db, Dialect, Queries } from './db.ts'

declare module './tables.ts' {
  interface Tables {
    schema_migrations: { service: string; name: string }
  }
}

/** What a migration builds with. */
export type Schema = {
  readonly dialect: Dialect
  /** The builder, for indexes, new columns and data. */
  readonly queries: Queries
  /** Starts a table whose text compares byte by byte on both engines. */
  readonly createTable: (name: string) => CreateTableBuilder<string>
}

/** Text beyond 64 KiB: MariaDB's `text` ends there, SQLite takes the name as text of any length. */
export const longText = sql`longtext`

/** One step of a schema. `name` sorts: `0001_regions`. */
export type Migration = { readonly name: string; readonly up: (schema: Schema) => Promise<void> }

/** The migrations of one service, in order. */
export type Migrations = { readonly service: string; readonly list: readonly Migration[] }

/**
 * Brings the schema up to date. Safe to run twice and, on MariaDB, from several controllers at once.
 * @returns names of what was applied now
 */
export async function migrate(db: Db, services: readonly Migrations[]): Promise<string[]> {
  if (db.dialect === 'sqlite') {
    // One transaction for the whole schema: a start from nothing is then one write to the disk.
    return db.transact((transaction) => apply(transaction, db.dialect, services))
  }
  return db.write.connection().execute(async (connection) => {
    await sql`select get_lock('haneul_migrate', 60)`.execute(connection)
    try {
      return await apply(connection, db.dialect, services)
    } finally {
      await sql`select release_lock('haneul_migrate')`.execute(connection)
    }
  })
}

async function apply(queries: Queries, dialect: Dialect, services: readonly Migrations[]): Promise<string[]> {
  const createTable = (name: string) => {
    const table = queries.schema.createTable(name).ifNotExists()
    return dialect === 'mariadb' ? table.modifyEnd(sql`engine=InnoDB character set utf8mb4 collate utf8mb4_bin`) : table
  }
  await createTable('schema_migrations')
    .addColumn('service', 'varchar(64)', (column) => column.notNull())
    .addColumn('name', 'varchar(128)', (column) => column.notNull())
    .addPrimaryKeyConstraint('schema_migrations_pk', ['service', 'name'])
    .execute()
  const rows = await queries.selectFrom('schema_migrations').select(['service', 'name']).execute()
  const applied = new Set(rows.map((row) => `${row.service}/${row.name}`))
  const now: string[] = []
  for (const { service, list } of services) {
    for (const migration of list) {
      const id = `${service}/${migration.name}`
      if (applied.has(id)) continue
      await migration.up({ dialect, queries, createTable })
      await queries.insertInto('schema_migrations').values({ service, name: migration.name }).execute()
      now.push(id)
    }
  }
  return now
}
