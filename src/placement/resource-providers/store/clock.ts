import type { Ctx } from '#platform/context.ts'
import { run } from '#platform/db/statements.ts'
import type { ClockRow } from './tables.ts'

/** How many notes of deleted providers are kept for controllers that were away. */
const TOMBSTONES_KEPT = 10_000

export const readClock = async (ctx: Ctx): Promise<ClockRow> => {
  const { rows } = await run<ClockRow>(ctx.db.read, 'select * from placement_clock where id = 1')
  const [clock] = rows
  if (clock === undefined) throw new Error('the clock of placement has no row')
  return clock
}

/**
 * Counts one change more; until the transaction ends no other change of the cloud gets past this.
 * @param known the clock as last seen: where nobody has moved it since, it need not be read again
 */
export const advanceClock = async (tx: Ctx, known: ClockRow): Promise<ClockRow> => {
  const advance = 'update placement_clock set seq = seq + 1 where id = 1'
  const { numAffectedRows } = await run(tx.db.write, `${advance} and seq = ?`, [known.seq])
  if (numAffectedRows === 1n) return { ...known, seq: known.seq + 1 }
  await run(tx.db.write, advance)
  return readClock(tx)
}

/** Notes that the change touched traits or resource classes. */
export const markNames = (tx: Ctx, { seq }: ClockRow) =>
  tx.db.write.updateTable('placement_clock').set({ names: seq }).where('id', '=', 1).execute()

/** Leaves a note of what is gone for those who have it in memory, and drops notes that are too old to matter. */
export const bury = async (tx: Ctx, uuids: readonly string[], { seq, forgotten }: ClockRow): Promise<void> => {
  await tx.db.write.deleteFrom('placement_tombstones').where('uuid', 'in', uuids).execute()
  await tx.db.write
    .insertInto('placement_tombstones')
    .values(uuids.map((uuid) => ({ uuid, changed: seq })))
    .execute()
  const oldest = seq - TOMBSTONES_KEPT
  if (oldest <= forgotten + TOMBSTONES_KEPT / 10) return
  await tx.db.write.deleteFrom('placement_tombstones').where('changed', '<=', oldest).execute()
  await tx.db.write.updateTable('placement_clock').set({ forgotten: oldest }).where('id', '=', 1).execute()
}
