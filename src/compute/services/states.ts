import type { Ctx } from '#platform/context.ts'
import { isUp } from './rules.ts'

/** Nova's word for the state of each compute host: UP, DOWN, MAINTENANCE (disabled) or UNKNOWN (forced down or silent). */
export async function listHostStates(ctx: Ctx): Promise<ReadonlyMap<string, string>> {
  const rows = await ctx.db.read
    .selectFrom('compute_services')
    .select(['host', 'disabled', 'forced_down', 'last_seen'])
    .where('binary', '=', 'nova-compute')
    .execute()
  return new Map(
    rows.map((row) => {
      if (row.disabled === 1) return [row.host, 'MAINTENANCE']
      if (row.forced_down === 1) return [row.host, 'DOWN']
      return [row.host, isUp(row, ctx.now) ? 'UP' : 'UNKNOWN']
    }),
  )
}
