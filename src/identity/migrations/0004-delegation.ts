import type { Migration, Schema } from '#platform/db/migrate.ts'

/** What users lend: application credentials with access rules, trusts; and the credentials they keep here. */
export const delegation: Migration = {
  name: '0004_delegation',
  up: async (schema) => {
    await createApplicationCredentials(schema)
    await createTrusts(schema)
    await createCredentials(schema)
  },
}

async function createApplicationCredentials({ createTable }: Schema): Promise<void> {
  await createTable('identity_application_credentials')
    .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('user_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('project_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('name', 'varchar(255)', (c) => c.notNull())
    .addColumn('description', 'text')
    .addColumn('secret_hash', 'varchar(255)', (c) => c.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('unrestricted', 'integer', (c) => c.notNull())
    .addColumn('role_ids', 'text', (c) => c.notNull())
    .addColumn('access_rule_ids', 'text')
    .addUniqueConstraint('identity_application_credentials_name', ['user_id', 'name'])
    .execute()
  await createTable('identity_access_rules')
    .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('user_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('service', 'varchar(64)', (c) => c.notNull())
    .addColumn('path', 'varchar(255)', (c) => c.notNull())
    .addColumn('method', 'varchar(16)', (c) => c.notNull())
    .addUniqueConstraint('identity_access_rules_rule', ['user_id', 'service', 'path', 'method'])
    .execute()
}

async function createTrusts({ createTable, queries }: Schema): Promise<void> {
  await createTable('identity_trusts')
    .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('trustor_user_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('trustee_user_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('project_id', 'varchar(64)')
    .addColumn('impersonation', 'integer', (c) => c.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('remaining_uses', 'integer')
    .addColumn('redelegated_trust_id', 'varchar(64)')
    .addColumn('redelegation_count', 'integer', (c) => c.notNull())
    .addColumn('deleted_at', 'bigint')
    .addColumn('role_ids', 'text', (c) => c.notNull())
    .addColumn('extra', 'text', (c) => c.notNull())
    .execute()
  for (const column of ['trustor_user_id', 'trustee_user_id', 'project_id']) {
    await queries.schema.createIndex(`identity_trusts_${column}`).on('identity_trusts').columns([column]).execute()
  }
}

async function createCredentials({ createTable, queries }: Schema): Promise<void> {
  await createTable('identity_credentials')
    .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('user_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('project_id', 'varchar(64)')
    .addColumn('type', 'varchar(255)', (c) => c.notNull())
    .addColumn('sealed', 'text', (c) => c.notNull())
    .addColumn('extra', 'text', (c) => c.notNull())
    .execute()
  await queries.schema
    .createIndex('identity_credentials_user')
    .on('identity_credentials')
    .columns(['user_id'])
    .execute()
}
