import type { Migration } from '#platform/db/migrate.ts'

export const instanceActions: Migration = {
  name: '0002_instance_actions',
  up: async ({ createTable, queries }) => {
    await createTable('compute_instance_actions')
      .addColumn('server_id', 'varchar(36)', (c) => c.notNull())
      .addColumn('request_id', 'varchar(64)', (c) => c.notNull())
      .addColumn('action', 'varchar(64)', (c) => c.notNull())
      .addColumn('user_id', 'varchar(64)', (c) => c.notNull())
      .addColumn('project_id', 'varchar(64)', (c) => c.notNull())
      .addColumn('host', 'varchar(255)')
      .addColumn('started_at', 'bigint', (c) => c.notNull())
      .addColumn('finished_at', 'bigint')
      .addColumn('result', 'varchar(16)')
      .addColumn('message', 'varchar(255)')
      .addPrimaryKeyConstraint('compute_instance_actions_pk', ['server_id', 'request_id', 'action'])
      .execute()
    await queries.schema
      .createIndex('compute_instance_actions_time')
      .ifNotExists()
      .on('compute_instance_actions')
      .columns(['server_id', 'started_at'])
      .execute()
  },
}
