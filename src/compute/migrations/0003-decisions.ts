import type { Migration } from '#platform/db/migrate.ts'

export const decisions: Migration = {
  name: '0003_decisions',
  up: async ({ queries }) => {
    for (const column of ['decision', 'reason']) {
      await queries.schema.alterTable('compute_instance_actions').addColumn(column, 'text').execute()
    }
  },
}
