import type { Generated } from 'kysely'
import type { Ctx } from '#platform/context.ts'
import { type Metadata, ZONE_KEY } from './rules.ts'

/** A group of hosts. `metadata`: JSON, texts by key; `uuid` is its name in placement. */
export type AggregateRow = {
  id: number
  uuid: string
  name: string
  metadata: string
  created_at: number
  updated_at: number | null
}

/** An aggregate as it is used: with its hosts, in order of their names. */
export type Aggregate = Omit<AggregateRow, 'metadata'> & {
  readonly metadata: Metadata
  readonly hosts: readonly string[]
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    compute_aggregates: Omit<AggregateRow, 'id'> & { id: Generated<number> }
    compute_aggregate_hosts: { aggregate_id: number; host: string }
  }
}

const toMetadata = (text: string): Metadata => {
  const metadata: Metadata = JSON.parse(text)
  return metadata
}

/** All aggregates; there are few. */
export async function listAggregates(ctx: Ctx): Promise<Aggregate[]> {
  const rows = await ctx.db.read.selectFrom('compute_aggregates').selectAll().orderBy('id').execute()
  if (rows.length === 0) return []
  const hosts = new Map<number, string[]>()
  const members = await ctx.db.read.selectFrom('compute_aggregate_hosts').selectAll().orderBy('host').execute()
  for (const { aggregate_id: id, host } of members) {
    const list = hosts.get(id) ?? []
    list.push(host)
    hosts.set(id, list)
  }
  return rows.map((row) => ({ ...row, metadata: toMetadata(row.metadata), hosts: hosts.get(row.id) ?? [] }))
}

/** Zones of the hosts that are in an aggregate with one. */
export const zonesOfHosts = async (ctx: Ctx): Promise<Map<string, string>> => zonesIn(await listAggregates(ctx))

export function zonesIn(aggregates: readonly Aggregate[]): Map<string, string> {
  const zones = new Map<string, string>()
  for (const { hosts, metadata } of aggregates) {
    const zone = metadata[ZONE_KEY]
    if (zone !== undefined) for (const host of hosts) zones.set(host, zone)
  }
  return zones
}

export const insertAggregate = (tx: Ctx, row: Omit<AggregateRow, 'id'>) =>
  tx.db.write.insertInto('compute_aggregates').values(row).execute()

export const updateAggregate = (tx: Ctx, id: number, { name, metadata }: Pick<Aggregate, 'name' | 'metadata'>) =>
  tx.db.write
    .updateTable('compute_aggregates')
    .set({ name, metadata: JSON.stringify(metadata), updated_at: tx.now })
    .where('id', '=', id)
    .execute()

export const deleteAggregate = (tx: Ctx, id: number) =>
  tx.db.write.deleteFrom('compute_aggregates').where('id', '=', id).execute()

export const insertHost = (tx: Ctx, id: number, host: string) =>
  tx.db.write.insertInto('compute_aggregate_hosts').values({ aggregate_id: id, host }).execute()

export const deleteHost = (tx: Ctx, id: number, host: string) =>
  tx.db.write.deleteFrom('compute_aggregate_hosts').where('aggregate_id', '=', id).where('host', '=', host).execute()
