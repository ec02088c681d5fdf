import type { Ctx } from '#platform/context.ts'
import type { Queries } from '#platform/db/db.ts'
import type { Page } from '../lists.ts'

type ProviderRow = {
  id: string
  domain_id: string
  enabled: number
  description: string | null
  authorization_ttl: number | null
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_identity_providers: ProviderRow
    identity_remote_ids: { remote_id: string; idp_id: string }
  }
}

/** Somebody else who may say who a user is. */
export type IdentityProvider = {
  readonly id: string
  /** Domain of the users that come from there. */
  readonly domainId: string
  readonly enabled: boolean
  readonly description: string | null
  /** Minutes that memberships in groups last which a login has brought; null: as the configuration says. */
  readonly authorizationTtl: number | null
  /** What it calls itself. */
  readonly remoteIds: readonly string[]
}

const select = (queries: Queries) => queries.selectFrom('identity_identity_providers as i').selectAll('i')

/** Providers with their remote ids: one more query, however many they are. */
async function withRemoteIds(ctx: Ctx, rows: readonly ProviderRow[]): Promise<IdentityProvider[]> {
  if (rows.length === 0) return []
  const remotes = await ctx.db.read
    .selectFrom('identity_remote_ids')
    .selectAll()
    .where(
      'idp_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('remote_id')
    .execute()
  const byProvider = Map.groupBy(remotes, ({ idp_id }) => idp_id)
  return rows.map((row) => ({
    id: row.id,
    domainId: row.domain_id,
    enabled: row.enabled === 1,
    description: row.description,
    authorizationTtl: row.authorization_ttl,
    remoteIds: (byProvider.get(row.id) ?? []).map(({ remote_id }) => remote_id),
  }))
}

const toRow = (provider: IdentityProvider): ProviderRow => ({
  id: provider.id,
  domain_id: provider.domainId,
  enabled: provider.enabled ? 1 : 0,
  description: provider.description,
  authorization_ttl: provider.authorizationTtl,
})

export async function findIdentityProvider(ctx: Ctx, id: string): Promise<IdentityProvider | undefined> {
  const [found] = await withRemoteIds(ctx, await select(ctx.db.read).where('i.id', '=', id).execute())
  return found
}

export const identityProviderFilters = { id: 'i.id', enabled: { flag: 'i.enabled' } } as const

/** One page in the order of ids, and one row more where there are more. */
export async function listIdentityProviders(ctx: Ctx, page: Page): Promise<IdentityProvider[]> {
  let query = select(ctx.db.read)
    .orderBy('i.id')
    .limit(page.limit + 1)
  for (const condition of page.conditions) query = query.where(condition)
  if (page.marker !== undefined) query = query.where('i.id', '>', page.marker)
  return withRemoteIds(ctx, await query.execute())
}

export async function listIdentityProviderIdsInDomain(ctx: Ctx, domainId: string): Promise<string[]> {
  const rows = await ctx.db.read
    .selectFrom('identity_identity_providers')
    .select('id')
    .where('domain_id', '=', domainId)
    .execute()
  return rows.map(({ id }) => id)
}

/** Those of the remote ids that another provider has. */
export async function listTakenRemoteIds(ctx: Ctx, ids: readonly string[], exceptOf: string): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await ctx.db.write
    .selectFrom('identity_remote_ids')
    .select('remote_id')
    .where('remote_id', 'in', ids)
    .where('idp_id', '<>', exceptOf)
    .execute()
  return rows.map(({ remote_id }) => remote_id)
}

export async function insertIdentityProvider(ctx: Ctx, provider: IdentityProvider): Promise<void> {
  await ctx.db.write.insertInto('identity_identity_providers').values(toRow(provider)).execute()
  await insertRemoteIds(ctx, provider)
}

export async function saveIdentityProvider(ctx: Ctx, provider: IdentityProvider): Promise<void> {
  const { id, ...columns } = toRow(provider)
  await ctx.db.write.updateTable('identity_identity_providers').set(columns).where('id', '=', id).execute()
  await ctx.db.write.deleteFrom('identity_remote_ids').where('idp_id', '=', id).execute()
  await insertRemoteIds(ctx, provider)
}

async function insertRemoteIds(ctx: Ctx, { id, remoteIds: ids }: IdentityProvider): Promise<void> {
  if (ids.length === 0) return
  const rows = ids.map((remote_id) => ({ remote_id, idp_id: id }))
  await ctx.db.write.insertInto('identity_remote_ids').values(rows).execute()
}

export async function removeIdentityProvider(ctx: Ctx, id: string): Promise<void> {
  await ctx.db.write.deleteFrom('identity_remote_ids').where('idp_id', '=', id).execute()
  await ctx.db.write.deleteFrom('identity_identity_providers').where('id', '=', id).execute()
}
