import { longText, type Migration } from '#platform/db/migrate.ts'

/** Assertions that were shown here, so that none is taken twice, and what they said until somebody has come in by them. */
export const samlAssertions: Migration = {
  name: '0013_saml_assertions',
  up: async ({ createTable, queries }) => {
    await createTable('identity_saml_assertions')
      .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
      .addColumn('session', 'varchar(64)')
      .addColumn('sealed', longText)
      .addColumn('session_ends_at', 'bigint', (c) => c.notNull())
      .addColumn('ends_at', 'bigint', (c) => c.notNull())
      .execute()
    for (const column of ['session', 'ends_at']) {
      await queries.schema
        .createIndex(`identity_saml_assertions_${column}`)
        .on('identity_saml_assertions')
        .columns([column])
        .execute()
    }
  },
}
