import type { Ctx } from '#platform/context.ts'
import { upsert } from '#platform/db/write.ts'

/** A hypervisor; its id is also its resource provider's. `facts` is the JSON of `HostFacts`. */
export type NodeRow = { id: string; host: string; facts: string; created_at: number; updated_at: number }

declare module '#platform/db/tables.ts' {
  interface Tables {
    compute_nodes: NodeRow
  }
}

/** Nodes in the order of their ids, from behind `after`. */
export function listNodes(
  ctx: Ctx,
  filter: { readonly after?: string | undefined; readonly limit: number; readonly host?: string | undefined },
): Promise<NodeRow[]> {
  let query = ctx.db.read.selectFrom('compute_nodes').selectAll().orderBy('id').limit(filter.limit)
  if (filter.after !== undefined) query = query.where('id', '>', filter.after)
  if (filter.host !== undefined) query = query.where('host', 'like', `%${filter.host.replace(/[%_]/g, '')}%`)
  return query.execute()
}

export const findNode = (ctx: Ctx, id: string): Promise<NodeRow | undefined> =>
  ctx.db.read.selectFrom('compute_nodes').selectAll().where('id', '=', id).executeTakeFirst()

export const findNodeOfHost = (ctx: Ctx, host: string): Promise<NodeRow | undefined> =>
  ctx.db.read.selectFrom('compute_nodes').selectAll().where('host', '=', host).executeTakeFirst()

/** The nodes of some providers, with the state of their compute service. */
export const listNodesWithService = (ctx: Ctx, ids: readonly string[]) =>
  ctx.db.read
    .selectFrom('compute_nodes')
    .innerJoin('compute_services', 'compute_services.host', 'compute_nodes.host')
    .select([
      'compute_nodes.id',
      'compute_nodes.host',
      'compute_services.disabled',
      'compute_services.forced_down',
      'compute_services.last_seen',
    ])
    .where('compute_services.binary', '=', 'nova-compute')
    .where('compute_nodes.id', 'in', ids)
    .execute()

export const writeNode = (ctx: Ctx, row: NodeRow): Promise<void> =>
  upsert(
    () =>
      ctx.db.write
        .updateTable('compute_nodes')
        .set({ facts: row.facts, updated_at: row.updated_at })
        .where('host', '=', row.host)
        .executeTakeFirst(),
    () => ctx.db.write.insertInto('compute_nodes').values(row).execute(),
  )
