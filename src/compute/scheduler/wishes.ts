import type { Ctx } from '#platform/context.ts'
import type { Seating } from '../server-groups/rules.ts'
import { findSeating } from '../server-groups/store.ts'
import { listHostsOfServers } from '../servers/store/hosts.ts'
import type { ServerRow } from '../servers/store/tables.ts'

/** Beside whom a server is to be, or not. */
export type Wishes = {
  /** Of its group, where it is in one. */
  readonly seating: Seating | undefined
  /** Hosts of the servers of the hint `same_host`, of which one must be the host; undefined: no such hint. */
  readonly sameHosts: ReadonlySet<string> | undefined
  /** Hosts of the servers of the hint `different_host`. */
  readonly differentHosts: ReadonlySet<string>
}

/** What the group and the hints of a server say as things are now. */
export async function wishesOf(
  ctx: Ctx,
  row: Pick<ServerRow, 'id' | 'server_group_id' | 'scheduler_hints'>,
): Promise<Wishes> {
  const hints: { readonly same_host?: string | string[]; readonly different_host?: string | string[] } = JSON.parse(
    row.scheduler_hints,
  )
  const [same, different] = [listOf(hints.same_host), listOf(hints.different_host)]
  const hosts = await listHostsOfServers(ctx, [...same, ...different])
  const of = (ids: readonly string[]) => new Set(ids.flatMap((id) => hosts.get(id) ?? []))
  return {
    seating: row.server_group_id === null ? undefined : await findSeating(ctx, row.server_group_id, row.id),
    sameHosts: same.length === 0 ? undefined : of(same),
    differentHosts: of(different),
  }
}

const listOf = (hint: string | readonly string[] | undefined): readonly string[] =>
  typeof hint === 'string' ? [hint] : (hint ?? [])
