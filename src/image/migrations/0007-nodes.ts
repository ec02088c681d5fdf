import type { Migration } from '#platform/db/migrate.ts'

/** What lies with single controllers: staged data, and copies of images. */
export const nodes: Migration = {
  name: '0007_nodes',
  up: async ({ createTable, queries }) => {
    await queries.schema.alterTable('image_images').addColumn('stage_host', 'varchar(255)').execute()
    await createTable('image_cached')
      .addColumn('image_id', 'varchar(36)', (c) => c.notNull())
      .addColumn('node', 'varchar(255)', (c) => c.notNull())
      .addPrimaryKeyConstraint('image_cached_pk', ['image_id', 'node'])
      .execute()
  },
}
