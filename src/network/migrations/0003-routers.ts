import type { Migration } from '#platform/db/migrate.ts'
import { standardColumns } from './0001-networks.ts'

export const routers: Migration = {
  name: '0003_routers',
  up: async ({ createTable, queries }) => {
    await standardColumns(createTable('network_routers'))
      .addColumn('admin_state_up', 'integer', (c) => c.notNull())
      .addColumn('status', 'varchar(16)', (c) => c.notNull())
      .addColumn('gateway_port_id', 'varchar(36)')
      .addColumn('gateway_network_id', 'varchar(36)')
      .addColumn('gateway_fixed_ips', 'text', (c) => c.notNull())
      .addColumn('enable_snat', 'integer', (c) => c.notNull())
      .addColumn('routes', 'text', (c) => c.notNull())
      .addColumn('availability_zone_hints', 'text', (c) => c.notNull())
      .execute()
    await queries.schema.createIndex('network_routers_project').on('network_routers').column('project_id').execute()
    await queries.schema
      .createIndex('network_routers_gateway')
      .on('network_routers')
      .column('gateway_network_id')
      .execute()
    await standardColumns(createTable('network_floatingips'))
      .addColumn('status', 'varchar(16)', (c) => c.notNull())
      .addColumn('floating_ip_address', 'varchar(64)', (c) => c.notNull())
      .addColumn('floating_network_id', 'varchar(36)', (c) => c.notNull())
      .addColumn('floating_port_id', 'varchar(36)', (c) => c.notNull())
      .addColumn('router_id', 'varchar(36)')
      .addColumn('port_id', 'varchar(36)')
      .addColumn('fixed_ip_address', 'varchar(64)')
      // One floating IP of a network for each fixed IP of a port.
      .addUniqueConstraint('network_floatingips_target', ['floating_network_id', 'port_id', 'fixed_ip_address'])
      .execute()
    await queries.schema
      .createIndex('network_floatingips_project')
      .on('network_floatingips')
      .column('project_id')
      .execute()
    await queries.schema.createIndex('network_floatingips_port').on('network_floatingips').column('port_id').execute()
    await queries.schema
      .createIndex('network_floatingips_router')
      .on('network_floatingips')
      .column('router_id')
      .execute()
    await createTable('network_quotas')
      .addColumn('project_id', 'varchar(255)', (c) => c.notNull())
      .addColumn('resource', 'varchar(64)', (c) => c.notNull())
      .addColumn('amount', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('network_quotas_pk', ['project_id', 'resource'])
      .execute()
    // What the fabric has still to be told: the object's kind and id, nothing of what it is.
    await createTable('network_fabric_changes')
      .addColumn('id', 'varchar(36)', (c) => c.primaryKey())
      .addColumn('kind', 'varchar(32)', (c) => c.notNull())
      .addColumn('object_id', 'varchar(36)', (c) => c.notNull())
      .execute()
  },
}
