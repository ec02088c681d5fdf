import type { Ctx } from '#platform/context.ts'

// The tables are declared where the forest reads them: resource-providers/store/tables.ts.

export const insertResourceClass = (tx: Ctx, name: string) =>
  tx.db.write.insertInto('placement_resource_classes').values({ name, created_at: tx.now }).execute()

export const deleteResourceClass = (tx: Ctx, name: string) =>
  tx.db.write.deleteFrom('placement_resource_classes').where('name', '=', name).execute()

/** Renames a class wherever it stands; `seq` marks the providers that have some of it as changed. */
export const renameResourceClass = async (tx: Ctx, name: string, newName: string, seq: number): Promise<void> => {
  const { write } = tx.db
  await write
    .updateTable('placement_providers')
    .set({ changed: seq })
    .where('uuid', 'in', (eb) =>
      eb.selectFrom('placement_inventories').select('provider_uuid').where('resource_class', '=', name),
    )
    .execute()
  const change = { resource_class: newName }
  await write.updateTable('placement_inventories').set(change).where('resource_class', '=', name).execute()
  await write.updateTable('placement_allocations').set(change).where('resource_class', '=', name).execute()
  await write.updateTable('placement_resource_classes').set({ name: newName }).where('name', '=', name).execute()
}
