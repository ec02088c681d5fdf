import type { Migration, Schema } from '#platform/db/migrate.ts'

/** Which endpoints a project sees, limits, policies, settings of domains. */
export const catalogExtras: Migration = {
  name: '0005_catalog_extras',
  up: async (schema) => {
    await createEndpointGroups(schema)
    await createLimits(schema)
    await createPolicies(schema)
    await schema
      .createTable('identity_domain_configs')
      .addColumn('domain_id', 'varchar(64)', (c) => c.notNull())
      .addColumn('group_name', 'varchar(64)', (c) => c.notNull())
      .addColumn('option_name', 'varchar(64)', (c) => c.notNull())
      .addColumn('sealed', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('identity_domain_configs_pk', ['domain_id', 'group_name', 'option_name'])
      .execute()
  },
}

async function createEndpointGroups({ createTable }: Schema): Promise<void> {
  await createTable('identity_endpoint_groups')
    .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('name', 'varchar(255)', (c) => c.notNull())
    .addColumn('description', 'text')
    .addColumn('filters', 'text', (c) => c.notNull())
    .execute()
  await createTable('identity_project_endpoints')
    .addColumn('project_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('endpoint_id', 'varchar(64)', (c) => c.notNull())
    .addPrimaryKeyConstraint('identity_project_endpoints_pk', ['project_id', 'endpoint_id'])
    .execute()
  await createTable('identity_project_endpoint_groups')
    .addColumn('project_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('endpoint_group_id', 'varchar(64)', (c) => c.notNull())
    .addPrimaryKeyConstraint('identity_project_endpoint_groups_pk', ['project_id', 'endpoint_group_id'])
    .execute()
}

async function createLimits({ createTable }: Schema): Promise<void> {
  await createTable('identity_registered_limits')
    .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('service_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('region_id', 'varchar(255)', (c) => c.notNull())
    .addColumn('resource_name', 'varchar(255)', (c) => c.notNull())
    .addColumn('default_limit', 'integer', (c) => c.notNull())
    .addColumn('description', 'text')
    .addUniqueConstraint('identity_registered_limits_resource', ['service_id', 'region_id', 'resource_name'])
    .execute()
  await createTable('identity_limits')
    .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('registered_limit_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('project_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('domain_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('resource_limit', 'integer', (c) => c.notNull())
    .addColumn('description', 'text')
    .addUniqueConstraint('identity_limits_resource', ['registered_limit_id', 'project_id', 'domain_id'])
    .execute()
}

async function createPolicies({ createTable }: Schema): Promise<void> {
  await createTable('identity_policies')
    .addColumn('id', 'varchar(64)', (c) => c.primaryKey())
    .addColumn('type', 'varchar(255)', (c) => c.notNull())
    .addColumn('blob', 'text', (c) => c.notNull())
    .addColumn('extra', 'text', (c) => c.notNull())
    .execute()
  await createTable('identity_policy_associations')
    .addColumn('policy_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('endpoint_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('service_id', 'varchar(64)', (c) => c.notNull())
    .addColumn('region_id', 'varchar(255)', (c) => c.notNull())
    .addPrimaryKeyConstraint('identity_policy_associations_pk', ['endpoint_id', 'service_id', 'region_id'])
    .execute()
}
