import type { Migration } from '#platform/db/migrate.ts'

/** Keys that seal credentials, and which of them sealed each (null: the master key itself, as all were before). */
export const credentialKeys: Migration = {
  name: '0011_credential_keys',
  up: async ({ createTable, queries }) => {
    await createTable('identity_credential_keys')
      .addColumn('id', 'integer', (c) => c.primaryKey())
      .addColumn('sealed', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .execute()
    await queries.schema.alterTable('identity_credentials').addColumn('key_id', 'integer').execute()
    await queries.schema
      .createIndex('identity_credentials_by_key')
      .on('identity_credentials')
      .columns(['key_id', 'id'])
      .execute()
  },
}
