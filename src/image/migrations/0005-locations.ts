import type { Migration } from '#platform/db/migrate.ts'

export const locations: Migration = {
  name: '0005_locations',
  up: async ({ queries }) => {
    await queries.schema.alterTable('image_images').addColumn('locations', 'text').execute()
  },
}
