import type { Migration } from '#platform/db/migrate.ts'

export const serverGroups: Migration = {
  name: '0004_server_groups',
  up: async ({ createTable, queries }) => {
    await createTable('compute_server_groups')
      .addColumn('number', 'integer', (c) => c.primaryKey().autoIncrement())
      .addColumn('id', 'varchar(36)', (c) => c.notNull().unique())
      .addColumn('name', 'varchar(255)', (c) => c.notNull())
      .addColumn('project_id', 'varchar(64)', (c) => c.notNull())
      .addColumn('user_id', 'varchar(64)', (c) => c.notNull())
      .addColumn('policy', 'varchar(32)', (c) => c.notNull())
      .addColumn('max_server_per_host', 'integer')
      .addColumn('turn', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .execute()
    // What is counted before it is added to, one at a time in the whole cloud.
    await createTable('compute_turns')
      .addColumn('name', 'varchar(64)', (c) => c.primaryKey())
      .addColumn('turn', 'integer', (c) => c.notNull())
      .execute()
    await queries.insertInto('compute_turns').values({ name: 'server_groups', turn: 0 }).execute()
    await queries.schema
      .createIndex('compute_server_groups_project')
      .ifNotExists()
      .on('compute_server_groups')
      .column('project_id')
      .execute()
    await queries.schema.alterTable('compute_servers').addColumn('server_group_id', 'varchar(36)').execute()
    await queries.schema
      .createIndex('compute_servers_group')
      .ifNotExists()
      .on('compute_servers')
      .column('server_group_id')
      .execute()
  },
}
