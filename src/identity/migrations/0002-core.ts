import type { Migration, Schema } from '#platform/db/migrate.ts'

/** Who there is, what they may do, and where the services are. */
export const core: Migration = {
  name: '0002_core',
  up: async (schema) => {
    await createResources(schema)
    await createActors(schema)
    await createRoles(schema)
    await createCatalog(schema)
    await createTokens(schema)
  },
}

async function createResources({ createTable, queries }: Schema): Promise<void> {
  await createTable('identity_projects')
    .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('domain_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('name', 'varchar(64)', (c) => c.notNull())
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('enabled', 'integer', (c) => c.notNull())
    .addColumn('parent_id', 'varchar(64)')
    .addColumn('is_domain', 'integer', (c) => c.notNull())
    .addColumn('options', 'text', (c) => c.notNull())
    .addColumn('extra', 'text', (c) => c.notNull())
    .addUniqueConstraint('identity_projects_name', ['domain_id', 'name'])
    .execute()
  await queries.schema.createIndex('identity_projects_parent').on('identity_projects').columns(['parent_id']).execute()
  await createTable('identity_project_tags')
    .addColumn('project_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('name', 'varchar(255)', (c) => c.notNull())
    .addPrimaryKeyConstraint('identity_project_tags_pk', ['project_id', 'name'])
    .execute()
}

async function createActors({ createTable, queries }: Schema): Promise<void> {
  await createTable('identity_users')
    .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('domain_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('name', 'varchar(255)', (c) => c.notNull())
    .addColumn('enabled', 'integer', (c) => c.notNull())
    .addColumn('default_project_id', 'varchar(64)')
    .addColumn('password_hash', 'varchar(255)')
    .addColumn('password_created_at', 'bigint')
    .addColumn('password_expires_at', 'bigint')
    .addColumn('password_self_service', 'integer', (c) => c.notNull())
    .addColumn('failed_auth_count', 'integer', (c) => c.notNull())
    .addColumn('failed_auth_at', 'bigint')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('last_active_at', 'bigint')
    .addColumn('options', 'text', (c) => c.notNull())
    .addColumn('extra', 'text', (c) => c.notNull())
    .addUniqueConstraint('identity_users_name', ['domain_id', 'name'])
    .execute()
  await queries.schema
    .createIndex('identity_users_default_project')
    .on('identity_users')
    .columns(['default_project_id'])
    .execute()
  await createTable('identity_passwords')
    .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('user_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('hash', 'varchar(255)', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await queries.schema.createIndex('identity_passwords_user').on('identity_passwords').columns(['user_id']).execute()
  await createTable('identity_groups')
    .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('domain_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('name', 'varchar(255)', (c) => c.notNull())
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('extra', 'text', (c) => c.notNull())
    .addUniqueConstraint('identity_groups_name', ['domain_id', 'name'])
    .execute()
  await createTable('identity_memberships')
    .addColumn('group_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('user_id', 'varchar(64)', (c) => c.notNull())
    .addPrimaryKeyConstraint('identity_memberships_pk', ['group_id', 'user_id'])
    .execute()
  await queries.schema
    .createIndex('identity_memberships_user')
    .on('identity_memberships')
    .columns(['user_id'])
    .execute()
}

async function createRoles({ createTable, queries }: Schema): Promise<void> {
  await createTable('identity_roles')
    .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('domain_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('name', 'varchar(255)', (c) => c.notNull())
    .addColumn('description', 'text')
    .addColumn('options', 'text', (c) => c.notNull())
    .addColumn('extra', 'text', (c) => c.notNull())
    .addUniqueConstraint('identity_roles_name', ['domain_id', 'name'])
    .execute()
  await createTable('identity_implied_roles')
    .addColumn('prior_role_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('implied_role_id', 'varchar(64)', (c) => c.notNull())
    .addPrimaryKeyConstraint('identity_implied_roles_pk', ['prior_role_id', 'implied_role_id'])
    .execute()
  await createTable('identity_assignments')
    .addColumn('actor_kind', 'varchar(8)', (c) => c.notNull())
    .addColumn('actor_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('target_kind', 'varchar(8)', (c) => c.notNull())
    .addColumn('target_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('role_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('inherited', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('identity_assignments_pk', [
      'actor_id',
      'target_id',
      'role_id',
      'inherited',
      'actor_kind',
      'target_kind',
    ])
    .execute()
  for (const column of ['target_id', 'role_id']) {
    await queries.schema
      .createIndex(`identity_assignments_${column}`)
      .on('identity_assignments')
      .columns([column])
      .execute()
  }
}

async function createCatalog({ createTable, queries }: Schema): Promise<void> {
  await createTable('identity_services')
    .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('type', 'varchar(255)', (c) => c.notNull())
    .addColumn('name', 'varchar(255)', (c) => c.notNull())
    .addColumn('enabled', 'integer', (c) => c.notNull())
    .addColumn('extra', 'text', (c) => c.notNull())
    .execute()
  await createTable('identity_endpoints')
    .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('interface', 'varchar(8)', (c) => c.notNull())
    .addColumn('region_id', 'varchar(255)')
    .addColumn('service_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('url', 'text', (c) => c.notNull())
    .addColumn('enabled', 'integer', (c) => c.notNull())
    .addColumn('extra', 'text', (c) => c.notNull())
    .execute()
  await queries.schema
    .createIndex('identity_endpoints_service')
    .on('identity_endpoints')
    .columns(['service_id'])
    .execute()
  await createTable('identity_published_endpoints')
    .addColumn('endpoint_id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('url', 'text', (c) => c.notNull())
    .execute()
}

async function createTokens({ createTable, queries }: Schema): Promise<void> {
  await createTable('identity_token_keys')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('sealed', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await createTable('identity_revocations')
    .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('user_id', 'varchar(64)')
    .addColumn('project_id', 'varchar(64)')
    .addColumn('domain_id', 'varchar(64)')
    .addColumn('role_id', 'varchar(64)')
    .addColumn('trust_id', 'varchar(64)')
    .addColumn('consumer_id', 'varchar(64)')
    .addColumn('access_token_id', 'varchar(64)')
    .addColumn('audit_id', 'varchar(32)')
    .addColumn('audit_chain_id', 'varchar(32)')
    .addColumn('issued_before', 'bigint', (c) => c.notNull())
    .addColumn('revoked_at', 'bigint', (c) => c.notNull())
    .execute()
  for (const column of ['user_id', 'audit_id', 'audit_chain_id', 'revoked_at']) {
    await queries.schema
      .createIndex(`identity_revocations_${column}`)
      .on('identity_revocations')
      .columns([column])
      .execute()
  }
}
