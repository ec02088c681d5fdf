import type { Migration } from '#platform/db/migrate.ts'

export const revisions: Migration = {
  name: '0002_revisions',
  up: async ({ queries }) => {
    await queries.schema
      .alterTable('image_images')
      .addColumn('revision', 'bigint', (c) => c.notNull().defaultTo(0))
      .execute()
  },
}
