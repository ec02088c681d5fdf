import type { Ctx } from '#platform/context.ts'

// The tables are declared where the forest reads them: resource-providers/store/tables.ts.

export const insertTraits = (tx: Ctx, names: readonly string[]) =>
  tx.db.write
    .insertInto('placement_traits')
    .values(names.map((name) => ({ name, created_at: tx.now })))
    .execute()

export const deleteTrait = (tx: Ctx, name: string) =>
  tx.db.write.deleteFrom('placement_traits').where('name', '=', name).execute()
