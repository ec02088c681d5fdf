// What is looked at and then changed by one alone, in the whole cloud.
import { sql } from 'kysely'
import type { Ctx } from '#platform/context.ts'

declare module '#platform/db/tables.ts' {
  interface Tables {
    compute_turns: { name: string; turn: number }
  }
}

/** Until the transaction ends nobody else is at it: what follows may be counted or compared first. For what is rare. */
export const takeTurn = (tx: Ctx, name: 'server_groups' | 'aggregates') =>
  tx.db.write.updateTable('compute_turns').set({ turn: sql<number>`turn + 1` }).where('name', '=', name).execute()
