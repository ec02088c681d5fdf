import type { Migration } from '#platform/db/migrate.ts'

/** Pairs of keys for tokens that are signed and not encrypted. */
export const jwsKeys: Migration = {
  name: '0010_jws_keys',
  up: async ({ createTable }) => {
    await createTable('identity_jws_keys')
      .addColumn('id', 'integer', (c) => c.primaryKey())
      .addColumn('sealed', 'text')
      .addColumn('public_pem', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .execute()
  },
}
