import { sql } from 'kysely'
import type { Migration, Schema } from '#platform/db/migrate.ts'

/** Descriptions of projects, domains and groups may be null, as Keystone keeps them. SQLite changes no column: the tables are made anew. */
export const nullDescriptions: Migration = {
  name: '0015_null_descriptions',
  up: async (schema) => {
    await remakeProjects(schema)
    await remakeGroups(schema)
  },
}

async function remakeProjects(schema: Schema): Promise<void> {
  const { createTable, queries } = schema
  await createTable('identity_projects_new')
    .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('domain_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('name', 'varchar(64)', (c) => c.notNull())
    .addColumn('description', 'text')
    .addColumn('enabled', 'integer', (c) => c.notNull())
    .addColumn('parent_id', 'varchar(64)')
    .addColumn('is_domain', 'integer', (c) => c.notNull())
    .addColumn('options', 'text', (c) => c.notNull())
    .addColumn('extra', 'text', (c) => c.notNull())
    .addUniqueConstraint('identity_projects_name', ['domain_id', 'name'])
    .execute()
  const columns = ['id', 'domain_id', 'name', 'description', 'enabled', 'parent_id', 'is_domain', 'options', 'extra']
  await replace(schema, 'identity_projects', columns)
  for (const [name, column] of [
    ['identity_projects_by_name', 'name'],
    ['identity_projects_by_domain', 'domain_id'],
    // Serves what looks for a parent alone as well.
    ['identity_projects_by_parent', 'parent_id'],
  ] as const)
    await queries.schema.createIndex(name).on('identity_projects').columns([column, 'id']).execute()
}

async function remakeGroups(schema: Schema): Promise<void> {
  await schema
    .createTable('identity_groups_new')
    .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('domain_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('name', 'varchar(255)', (c) => c.notNull())
    .addColumn('description', 'text')
    .addColumn('extra', 'text', (c) => c.notNull())
    .addUniqueConstraint('identity_groups_name', ['domain_id', 'name'])
    .execute()
  await replace(schema, 'identity_groups', ['id', 'domain_id', 'name', 'description', 'extra'])
}

/** Puts `<table>_new` in the place of a table, with its rows. */
async function replace({ queries }: Schema, table: string, columns: readonly string[]): Promise<void> {
  const names = sql.join(columns.map((column) => sql.ref(column)))
  await sql`insert into ${sql.table(`${table}_new`)} (${names}) select ${names} from ${sql.table(table)}`.execute(
    queries,
  )
  await queries.schema.dropTable(table).execute()
  await queries.schema.alterTable(`${table}_new`).renameTo(table).execute()
}
