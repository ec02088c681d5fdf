import type { Migration } from '#platform/db/migrate.ts'

export const revocationIndexes: Migration = {
  name: '0003_revocation_indexes',
  up: async ({ queries }) => {
    for (const column of ['project_id', 'domain_id']) {
      await queries.schema
        .createIndex(`identity_revocations_${column}`)
        .on('identity_revocations')
        .columns([column])
        .execute()
    }
  },
}
