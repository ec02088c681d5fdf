import type { Ctx } from '#platform/context.ts'
import { naiveTime, naiveTimeOrNull } from '../times.ts'
import { ZONE_KEY } from './rules.ts'
import type { Aggregate } from './store.ts'

/** What creation answers: hosts and metadata are left out. */
export const viewNewAggregate = (ctx: Ctx, row: Aggregate) => ({
  id: row.id,
  ...(ctx.version >= 41 ? { uuid: row.uuid } : {}),
  name: row.name,
  availability_zone: row.metadata[ZONE_KEY] ?? null,
  created_at: naiveTime(row.created_at),
  updated_at: naiveTimeOrNull(row.updated_at),
  deleted_at: null,
  deleted: false,
})

export const viewAggregate = (ctx: Ctx, row: Aggregate) => ({
  ...viewNewAggregate(ctx, row),
  hosts: row.hosts,
  metadata: row.metadata,
})
