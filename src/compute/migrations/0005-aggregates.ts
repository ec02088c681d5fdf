import type { Migration } from '#platform/db/migrate.ts'

export const aggregates: Migration = {
  name: '0005_aggregates',
  up: async ({ createTable, queries }) => {
    await createTable('compute_aggregates')
      .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
      .addColumn('uuid', 'varchar(36)', (c) => c.notNull().unique())
      .addColumn('name', 'varchar(255)', (c) => c.notNull().unique())
      .addColumn('metadata', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint')
      .execute()
    await createTable('compute_aggregate_hosts')
      .addColumn('aggregate_id', 'integer', (c) => c.notNull())
      .addColumn('host', 'varchar(255)', (c) => c.notNull())
      .addPrimaryKeyConstraint('compute_aggregate_hosts_pk', ['aggregate_id', 'host'])
      .execute()
    await queries.insertInto('compute_turns').values({ name: 'aggregates', turn: 0 }).execute()
  },
}
