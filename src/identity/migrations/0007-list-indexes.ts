import type { Migration } from '#platform/db/migrate.ts'

/** Lists are filtered by these, and go in the order of ids. */
const indexes = [
  ['identity_users_by_name', 'identity_users', ['name', 'id']],
  ['identity_users_by_domain', 'identity_users', ['domain_id', 'id']],
  ['identity_projects_by_name', 'identity_projects', ['name', 'id']],
  ['identity_projects_by_domain', 'identity_projects', ['domain_id', 'id']],
  ['identity_projects_by_parent', 'identity_projects', ['parent_id', 'id']],
] as const

export const listIndexes: Migration = {
  name: '0007_list_indexes',
  up: async ({ queries }) => {
    for (const [name, table, columns] of indexes) {
      await queries.schema
        .createIndex(name)
        .on(table)
        .columns([...columns])
        .execute()
    }
  },
}
