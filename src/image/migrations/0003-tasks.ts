import type { Migration } from '#platform/db/migrate.ts'
import { longText } from '#platform/db/migrate.ts'

export const tasks: Migration = {
  name: '0003_tasks',
  up: async ({ createTable, queries }) => {
    await createTable('image_tasks')
      .addColumn('id', 'varchar(36)', (c) => c.primaryKey())
      .addColumn('type', 'varchar(30)', (c) => c.notNull())
      .addColumn('status', 'varchar(30)', (c) => c.notNull())
      .addColumn('owner', 'varchar(255)')
      .addColumn('image_id', 'varchar(36)')
      .addColumn('user_id', 'varchar(64)')
      .addColumn('request_id', 'varchar(64)', (c) => c.notNull())
      .addColumn('input', longText, (c) => c.notNull())
      .addColumn('result', 'text')
      .addColumn('message', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull())
      .addColumn('expires_at', 'bigint')
      .execute()
    await queries.schema.createIndex('image_tasks_image').on('image_tasks').column('image_id').execute()
    await queries.schema.createIndex('image_tasks_created').on('image_tasks').column('created_at').execute()
    await queries.schema.createIndex('image_tasks_expires').on('image_tasks').column('expires_at').execute()
  },
}
