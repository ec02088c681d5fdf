import type { Ctx } from '#platform/context.ts'
import { listHoldings } from '../images/store/images.ts'
import type { Stores } from './stores.ts'

/** Whether images and their data agree: for the operator's doctor. */
export const createDataAudit = (stores: Stores) => ({
  /** Ids of objects that belong to no image, and of images whose data is gone. */
  compareData: async (ctx: Ctx): Promise<{ strangers: string[]; missing: string[] }> => {
    // Objects first: one that appears meanwhile has a row already.
    const objects = new Set<string>()
    for (const store of stores.all()) for (const name of await store.list()) objects.add(name)
    const rows = await listHoldings(ctx)
    const known = new Set(rows.map((row) => row.id))
    const missing: string[] = []
    for (const { id, status, stores: names } of rows) {
      const holds = status === 'active' || status === 'deactivated'
      if (holds && (await stores.holding(names)?.sizeOf(id)) === undefined) missing.push(id)
    }
    return { strangers: [...objects].filter((name) => !known.has(name)), missing }
  },
  /** Removes data that no image has. Idempotent. */
  removeData: async (id: string): Promise<void> => {
    for (const store of stores.all()) await store.remove(id)
  },
})

export type DataAudit = ReturnType<typeof createDataAudit>
