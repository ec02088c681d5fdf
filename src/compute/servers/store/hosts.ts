import type { Ctx } from '#platform/context.ts'
import { instanceName } from '../rules.ts'

/** A server as the list of a host's servers has it. */
export type ServerOnHost = { readonly id: string; readonly name: string; readonly host: string }

/** The live servers of some hosts, by their names on the hypervisor. */
export async function listServersOnHosts(ctx: Ctx, hosts: readonly string[]): Promise<ServerOnHost[]> {
  if (hosts.length === 0) return []
  const rows = await ctx.db.read
    .selectFrom('compute_servers')
    .select(['id', 'number', 'host'])
    .where('host', 'in', hosts)
    .where('deleted_at', 'is', null)
    .orderBy('number')
    .limit(20_000)
    .execute()
  return rows.map(({ id, number, host }) => ({ id, name: instanceName(number), host: host ?? '' }))
}

/** The hosts of these servers, of those that are live and have one. */
export async function listHostsOfServers(ctx: Ctx, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await ctx.db.read
    .selectFrom('compute_servers')
    .select(['id', 'host'])
    .where('id', 'in', ids)
    .where('deleted_at', 'is', null)
    .execute()
  return new Map(rows.flatMap(({ id, host }) => (host === null ? [] : [[id, host] as const])))
}
