import type { Migration } from '#platform/db/migrate.ts'

/** The key that signs assertions for other clouds, and its certificate. */
export const samlKeys: Migration = {
  name: '0012_saml_keys',
  up: async ({ createTable }) => {
    await createTable('identity_saml_keys')
      .addColumn('id', 'integer', (c) => c.primaryKey())
      .addColumn('sealed', 'text', (c) => c.notNull())
      .addColumn('certificate', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .execute()
  },
}
