import type { Migration } from '#platform/db/migrate.ts'

/** Which users and groups here are whose entries in a domain's directory. */
export const directories: Migration = {
  name: '0009_directories',
  up: async ({ createTable }) => {
    await createTable('identity_id_mappings')
      .addColumn('public_id', 'varchar(64)', (c) => c.primaryKey())
      .addColumn('domain_id', 'varchar(64)', (c) => c.notNull())
      .addColumn('local_id', 'varchar(255)', (c) => c.notNull())
      .addColumn('entity_type', 'varchar(8)', (c) => c.notNull())
      .addColumn('dn', 'text', (c) => c.notNull())
      .addUniqueConstraint('identity_id_mappings_entry', ['domain_id', 'local_id', 'entity_type'])
      .execute()
  },
}
