import { longText, type Migration, type Schema } from '#platform/db/migrate.ts'

/** Who else may say who somebody is (identity providers), by which way (protocols), what their words mean here (mappings). */
export const federation: Migration = {
  name: '0008_federation',
  up: async (schema) => {
    await createProviders(schema)
    await createUsers(schema)
  },
}

async function createProviders({ createTable, queries }: Schema): Promise<void> {
  await createTable('identity_identity_providers')
    .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('domain_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('enabled', 'integer', (c) => c.notNull())
    .addColumn('description', 'text')
    .addColumn('authorization_ttl', 'integer')
    .execute()
  await queries.schema
    .createIndex('identity_identity_providers_domain')
    .on('identity_identity_providers')
    .columns(['domain_id'])
    .execute()
  await createTable('identity_remote_ids')
    .addColumn('remote_id', 'varchar(255)', (c) => c.primaryKey())
    .addColumn('idp_id', 'varchar(64)', (c) => c.notNull())
    .execute()
  await queries.schema.createIndex('identity_remote_ids_idp').on('identity_remote_ids').columns(['idp_id']).execute()
  await createTable('identity_protocols')
    .addColumn('idp_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('id', 'varchar(64)', (c) => c.notNull())
    .addColumn('mapping_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('remote_id_attribute', 'varchar(64)')
    .addPrimaryKeyConstraint('identity_protocols_pk', ['idp_id', 'id'])
    .execute()
  await createTable('identity_mappings')
    .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('rules', longText, (c) => c.notNull())
    .addColumn('schema_version', 'varchar(5)', (c) => c.notNull())
    .execute()
  await createTable('identity_service_providers')
    .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('enabled', 'integer', (c) => c.notNull())
    .addColumn('description', 'text')
    .addColumn('auth_url', 'varchar(256)', (c) => c.notNull())
    .addColumn('sp_url', 'varchar(256)', (c) => c.notNull())
    .addColumn('relay_state_prefix', 'varchar(256)', (c) => c.notNull())
    .execute()
}

async function createUsers({ createTable, queries }: Schema): Promise<void> {
  await createTable('identity_federated_users')
    .addColumn('idp_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('protocol_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('unique_id', 'varchar(255)', (c) => c.notNull())
    .addColumn('user_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('display_name', 'varchar(255)', (c) => c.notNull())
    .addPrimaryKeyConstraint('identity_federated_users_pk', ['idp_id', 'protocol_id', 'unique_id'])
    .execute()
  for (const column of ['user_id', 'display_name']) {
    await queries.schema
      .createIndex(`identity_federated_users_${column}`)
      .on('identity_federated_users')
      .columns([column])
      .execute()
  }
  await createTable('identity_expiring_memberships')
    .addColumn('user_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('group_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('idp_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('last_verified', 'bigint', (c) => c.notNull())
    .addColumn('default_ttl', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('identity_expiring_memberships_pk', ['user_id', 'group_id', 'idp_id'])
    .execute()
  await queries.schema
    .createIndex('identity_expiring_memberships_group')
    .on('identity_expiring_memberships')
    .columns(['group_id'])
    .execute()
}
