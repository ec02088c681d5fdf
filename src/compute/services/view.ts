import type { Ctx } from '#platform/context.ts'
import { naiveTime } from '../times.ts'
import { isUp, zoneOf } from './rules.ts'
import type { ServiceRow } from './store.ts'

/** A service at the request's version: numbers for ids before 2.53 are not kept, so older versions see the UUID too. */
export const viewService = (ctx: Ctx, row: ServiceRow, zones: ReadonlyMap<string, string>) => ({
  binary: row.binary,
  host: row.host,
  id: row.id,
  zone: zoneOf(row, zones),
  status: row.disabled === 1 ? 'disabled' : 'enabled',
  state: isUp(row, ctx.now) ? 'up' : 'down',
  updated_at: naiveTime(row.last_seen),
  disabled_reason: row.disabled_reason,
  ...(ctx.version >= 11 ? { forced_down: row.forced_down === 1 } : {}),
})
