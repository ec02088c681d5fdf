import type { UpdateResult } from 'kysely'
import { isUniqueViolation } from './failures.ts'

/**
 * Writes a row whether it exists or not, in the words both dialects share: update, else insert, else (somebody was faster) update.
 * Not for inside a MariaDB transaction that must survive the race: a failed insert leaves its other statements in place there.
 */
export async function upsert(update: () => Promise<UpdateResult>, insert: () => Promise<unknown>): Promise<void> {
  if ((await update()).numUpdatedRows > 0n) return
  try {
    await insert()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    await update()
  }
}
