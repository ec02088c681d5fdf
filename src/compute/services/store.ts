import type { Ctx } from '#platform/context.ts'
import { upsert } from '#platform/db/write.ts'

/** A service of compute on a host. `last_seen` is its last sign of life. */
export type ServiceRow = {
  id: string
  host: string
  binary: string
  disabled: number
  disabled_reason: string | null
  forced_down: number
  created_at: number
  updated_at: number | null
  last_seen: number
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    compute_services: ServiceRow
  }
}

export const findService = (ctx: Ctx, id: string): Promise<ServiceRow | undefined> =>
  ctx.db.read.selectFrom('compute_services').selectAll().where('id', '=', id).executeTakeFirst()

/** The services of the filter, at most 20,000: two a controller, one a host. */
export function listServices(
  ctx: Ctx,
  filter: { readonly host?: string | undefined; readonly binary?: string | undefined },
): Promise<ServiceRow[]> {
  let query = ctx.db.read.selectFrom('compute_services').selectAll().orderBy('created_at').orderBy('id').limit(20_000)
  if (filter.host !== undefined) query = query.where('host', '=', filter.host)
  if (filter.binary !== undefined) query = query.where('binary', '=', filter.binary)
  return query.execute()
}

/** Notes a sign of life, and makes the service known at its first one. */
export const touchService = (ctx: Ctx, id: string, host: string, binary: string): Promise<void> =>
  upsert(
    () =>
      ctx.db.write
        .updateTable('compute_services')
        .set({ last_seen: ctx.now })
        .where('host', '=', host)
        .where('binary', '=', binary)
        .executeTakeFirst(),
    () =>
      ctx.db.write
        .insertInto('compute_services')
        .values({
          id,
          host,
          binary,
          disabled: 0,
          disabled_reason: null,
          forced_down: 0,
          created_at: ctx.now,
          updated_at: null,
          last_seen: ctx.now,
        })
        .execute(),
  )

/** Signs of life of many hosts at once. */
export const touchHosts = (ctx: Ctx, prefix: string) =>
  ctx.db.write
    .updateTable('compute_services')
    .set({ last_seen: ctx.now })
    .where('host', 'like', `${prefix}%`)
    .where('binary', '=', 'nova-compute')
    .execute()

export const updateService = (
  ctx: Ctx,
  id: string,
  changes: Partial<Pick<ServiceRow, 'disabled' | 'disabled_reason' | 'forced_down' | 'updated_at'>>,
) => ctx.db.write.updateTable('compute_services').set(changes).where('id', '=', id).execute()

export const deleteService = (ctx: Ctx, id: string) =>
  ctx.db.write.deleteFrom('compute_services').where('id', '=', id).execute()
