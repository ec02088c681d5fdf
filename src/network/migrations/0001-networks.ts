import type { CreateTableBuilder } from 'kysely'
import type { Migration } from '#platform/db/migrate.ts'

/** Columns that every object of this service has. Times are milliseconds since the epoch, lists are JSON. */
export const standardColumns = <T extends string>(table: CreateTableBuilder<T>) =>
  table
    .addColumn('id', 'varchar(36)', (c) => c.primaryKey())
    .addColumn('project_id', 'varchar(255)', (c) => c.notNull())
    .addColumn('name', 'varchar(255)', (c) => c.notNull())
    .addColumn('description', 'varchar(255)', (c) => c.notNull())
    .addColumn('tags', 'text', (c) => c.notNull())
    .addColumn('revision_number', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())

export const networks: Migration = {
  name: '0001_networks',
  up: async ({ createTable, queries }) => {
    await standardColumns(createTable('network_networks'))
      .addColumn('admin_state_up', 'integer', (c) => c.notNull())
      .addColumn('status', 'varchar(16)', (c) => c.notNull())
      .addColumn('shared', 'integer', (c) => c.notNull())
      .addColumn('external', 'integer', (c) => c.notNull())
      .addColumn('mtu', 'integer', (c) => c.notNull())
      .addColumn('port_security_enabled', 'integer', (c) => c.notNull())
      .addColumn('network_type', 'varchar(32)', (c) => c.notNull())
      .addColumn('physical_network', 'varchar(64)')
      .addColumn('segmentation_id', 'integer')
      .addColumn('segment_id', 'varchar(36)', (c) => c.notNull())
      // What no two networks may have: geneve/77, flat/extnet, vlan/physnet1/100.
      .addColumn('segment_key', 'varchar(128)', (c) => c.notNull().unique())
      .addColumn('availability_zone_hints', 'text', (c) => c.notNull())
      .addColumn('subnet_ids', 'text', (c) => c.notNull())
      .execute()
    await queries.schema.createIndex('network_networks_project').on('network_networks').column('project_id').execute()
    await standardColumns(createTable('network_subnets'))
      .addColumn('network_id', 'varchar(36)', (c) => c.notNull())
      .addColumn('ip_version', 'integer', (c) => c.notNull())
      .addColumn('cidr', 'varchar(64)', (c) => c.notNull())
      .addColumn('gateway_ip', 'varchar(64)')
      .addColumn('allocation_pools', 'text', (c) => c.notNull())
      .addColumn('dns_nameservers', 'text', (c) => c.notNull())
      .addColumn('host_routes', 'text', (c) => c.notNull())
      .addColumn('enable_dhcp', 'integer', (c) => c.notNull())
      .addColumn('ipv6_ra_mode', 'varchar(16)')
      .addColumn('ipv6_address_mode', 'varchar(16)')
      .addColumn('subnetpool_id', 'varchar(36)')
      .execute()
    await queries.schema.createIndex('network_subnets_network').on('network_subnets').column('network_id').execute()
    await queries.schema.createIndex('network_subnets_project').on('network_subnets').column('project_id').execute()
    await queries.schema.createIndex('network_subnets_pool').on('network_subnets').column('subnetpool_id').execute()
    await standardColumns(createTable('network_subnetpools'))
      .addColumn('ip_version', 'integer', (c) => c.notNull())
      .addColumn('prefixes', 'text', (c) => c.notNull())
      .addColumn('default_prefixlen', 'integer', (c) => c.notNull())
      .addColumn('min_prefixlen', 'integer', (c) => c.notNull())
      .addColumn('max_prefixlen', 'integer', (c) => c.notNull())
      .addColumn('default_quota', 'integer')
      .addColumn('shared', 'integer', (c) => c.notNull())
      .addColumn('is_default', 'integer', (c) => c.notNull())
      .execute()
    await queries.schema
      .createIndex('network_subnetpools_project')
      .on('network_subnetpools')
      .column('project_id')
      .execute()
  },
}
