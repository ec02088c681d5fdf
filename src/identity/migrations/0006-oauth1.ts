import type { Migration, Schema } from '#platform/db/migrate.ts'

/** OAuth 1.0a: programs (consumers), what they ask for and what they were given. */
export const oauth1: Migration = {
  name: '0006_oauth1',
  up: async ({ createTable, queries }: Schema) => {
    await createTable('identity_consumers')
      .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
      .addColumn('description', 'text')
      .addColumn('sealed', 'text', (c) => c.notNull())
      .addColumn('extra', 'text', (c) => c.notNull())
      .execute()
    await createTable('identity_request_tokens')
      .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
      .addColumn('consumer_id', 'varchar(64)', (c) => c.notNull())
      .addColumn('project_id', 'varchar(64)', (c) => c.notNull())
      .addColumn('sealed', 'text', (c) => c.notNull())
      .addColumn('verifier', 'varchar(64)')
      .addColumn('user_id', 'varchar(64)')
      .addColumn('role_ids', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute()
    await createTable('identity_access_tokens')
      .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
      .addColumn('consumer_id', 'varchar(64)', (c) => c.notNull())
      .addColumn('project_id', 'varchar(64)', (c) => c.notNull())
      .addColumn('sealed', 'text', (c) => c.notNull())
      .addColumn('user_id', 'varchar(64)', (c) => c.notNull())
      .addColumn('role_ids', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute()
    await queries.schema
      .createIndex('identity_access_tokens_user')
      .on('identity_access_tokens')
      .columns(['user_id'])
      .execute()
  },
}
