import { sql } from 'kysely'
import type { Migration } from '#platform/db/migrate.ts'

/** Lists walk an index in their own order, and rare tags and properties are found by theirs. */
export const lists: Migration = {
  name: '0006_lists',
  up: async ({ queries, dialect }) => {
    const index = (name: string) => queries.schema.createIndex(`image_images_${name}`).on('image_images')
    await index('created').columns(['created_at', 'id']).execute()
    for (const column of ['name', 'size', 'updated_at', 'disk_format', 'container_format']) {
      await index(`by_${column}`).columns([column, 'created_at', 'id']).execute()
    }
    await index('checksum').column('checksum').execute()
    await index('hash').column('os_hash_value').execute()
    await queries.schema.createIndex('image_tags_tag').on('image_tags').columns(['tag', 'image_id']).execute()
    // MariaDB indexes the beginning of a text.
    const value = dialect === 'mariadb' ? sql`value(100)` : sql`value`
    await sql`create index image_properties_value on image_properties (name, ${value}, image_id)`.execute(queries)
  },
}
