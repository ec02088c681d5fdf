import type { Migration } from '#platform/db/migrate.ts'
import { longText } from '#platform/db/migrate.ts'

/** Types of resources that definitions of every cloud are about. */
const RESOURCE_TYPES = [
  'OS::Cinder::Volume',
  'OS::Glance::Image',
  'OS::Nova::Aggregate',
  'OS::Nova::Flavor',
  'OS::Nova::Server',
  'OS::Trove::Instance',
]

export const metadefs: Migration = {
  name: '0004_metadefs',
  up: async ({ createTable, queries }) => {
    await createTable('image_metadef_namespaces')
      .addColumn('namespace', 'varchar(80)', (c) => c.primaryKey())
      .addColumn('display_name', 'varchar(80)')
      .addColumn('description', 'text')
      .addColumn('visibility', 'varchar(25)', (c) => c.notNull())
      .addColumn('protected', 'integer', (c) => c.notNull())
      .addColumn('owner', 'varchar(255)')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull())
      .execute()
    await createTable('image_metadef_items')
      .addColumn('namespace', 'varchar(80)', (c) => c.notNull())
      .addColumn('kind', 'varchar(16)', (c) => c.notNull())
      .addColumn('name', 'varchar(80)', (c) => c.notNull())
      .addColumn('body', longText, (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('image_metadef_items_pk', ['namespace', 'kind', 'name'])
      .execute()
    await createTable('image_metadef_resource_types')
      .addColumn('name', 'varchar(80)', (c) => c.primaryKey())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull())
      .execute()
    const at = 1_700_000_000_000
    await queries
      .insertInto('image_metadef_resource_types')
      .values(RESOURCE_TYPES.map((name) => ({ name, created_at: at, updated_at: at })))
      .execute()
  },
}
