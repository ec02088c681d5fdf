import type { Migration } from '#platform/db/migrate.ts'

export const regions: Migration = {
  name: '0001_regions',
  up: async ({ createTable }) => {
    await createTable('identity_regions')
      .addColumn('id', 'varchar(255)', (c) => c.primaryKey())
      .addColumn('description', 'text', (c) => c.notNull())
      .addColumn('parent_region_id', 'varchar(255)')
      .addColumn('extra', 'text', (c) => c.notNull())
      .execute()
  },
}
