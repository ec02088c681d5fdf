// Users as identity providers know them, and the groups they are in for as long as the provider's word counts.
// A user that only providers know has its own id for its name in the table of users: there, names are unique, and what providers call
// their users is not.

import type { Ctx } from '#platform/context.ts'

/** What a provider calls a user; `unique_id` is its id there. */
export type FederatedUser = {
  readonly idp_id: string
  readonly protocol_id: string
  readonly unique_id: string
  readonly user_id: string
  readonly display_name: string
}

type MembershipRow = {
  user_id: string
  group_id: string
  idp_id: string
  /** Milliseconds since 1970. */
  last_verified: number
  /** Minutes it lasts where the provider does not say. */
  default_ttl: number
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_federated_users: FederatedUser
    identity_expiring_memberships: MembershipRow
  }
}

export const findFederatedUser = (
  ctx: Ctx,
  idpId: string,
  protocolId: string,
  uniqueId: string,
): Promise<FederatedUser | undefined> =>
  ctx.db.read
    .selectFrom('identity_federated_users')
    .selectAll()
    .where('idp_id', '=', idpId)
    .where('protocol_id', '=', protocolId)
    .where('unique_id', '=', uniqueId)
    .executeTakeFirst()

/** All that providers know of a user. */
export const listFederatedUsersOf = (ctx: Ctx, userId: string): Promise<FederatedUser[]> =>
  ctx.db.read
    .selectFrom('identity_federated_users')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('idp_id')
    .orderBy('protocol_id')
    .orderBy('unique_id')
    .execute()

export const insertFederatedUsers = async (ctx: Ctx, rows: readonly FederatedUser[]): Promise<void> => {
  if (rows.length > 0) await ctx.db.write.insertInto('identity_federated_users').values(rows).execute()
}

export const saveDisplayName = (ctx: Ctx, row: FederatedUser) =>
  ctx.db.write
    .updateTable('identity_federated_users')
    .set({ display_name: row.display_name })
    .where('idp_id', '=', row.idp_id)
    .where('protocol_id', '=', row.protocol_id)
    .where('unique_id', '=', row.unique_id)
    .execute()

/** Forgets what providers know of a user. */
export const removeFederatedUsersOfUser = (ctx: Ctx, userId: string) =>
  ctx.db.write.deleteFrom('identity_federated_users').where('user_id', '=', userId).execute()

/** Forgets what a provider knows, by one protocol or by all; gives the ids of the users. */
export async function removeFederatedUsers(ctx: Ctx, idpId: string, protocolId?: string): Promise<string[]> {
  const known = ctx.db.write.selectFrom('identity_federated_users').select('user_id').where('idp_id', '=', idpId)
  const rows = await (protocolId === undefined ? known : known.where('protocol_id', '=', protocolId)).execute()
  const query = ctx.db.write.deleteFrom('identity_federated_users').where('idp_id', '=', idpId)
  await (protocolId === undefined ? query : query.where('protocol_id', '=', protocolId)).execute()
  return [...new Set(rows.map(({ user_id }) => user_id))]
}

/** Ids of those of the users that only providers knew, and no provider knows any more. */
export async function listUnknownUsers(ctx: Ctx, userIds: readonly string[]): Promise<string[]> {
  if (userIds.length === 0) return []
  const rows = await ctx.db.write
    .selectFrom('identity_users as u')
    .select('u.id')
    .where('u.id', 'in', userIds)
    .whereRef('u.name', '=', 'u.id')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb.selectFrom('identity_federated_users as f').select('f.user_id').whereRef('f.user_id', '=', 'u.id'),
        ),
      ),
    )
    .execute()
  return rows.map(({ id }) => id)
}

/** Groups a user is in by a provider's word. */
export async function listVerifiedGroupIds(ctx: Ctx, userId: string, idpId: string): Promise<string[]> {
  const rows = await ctx.db.write
    .selectFrom('identity_expiring_memberships')
    .select('group_id')
    .where('user_id', '=', userId)
    .where('idp_id', '=', idpId)
    .execute()
  return rows.map(({ group_id }) => group_id)
}

export const insertVerifiedMembership = (ctx: Ctx, row: MembershipRow) =>
  ctx.db.write.insertInto('identity_expiring_memberships').values(row).execute()

/** The provider has said it again. */
export const refreshMemberships = (ctx: Ctx, userId: string, idpId: string, defaultTtl: number) =>
  ctx.db.write
    .updateTable('identity_expiring_memberships')
    .set({ last_verified: ctx.now, default_ttl: defaultTtl })
    .where('user_id', '=', userId)
    .where('idp_id', '=', idpId)
    .execute()

export async function removeVerifiedMemberships(
  ctx: Ctx,
  userId: string,
  idpId: string,
  groupIds: readonly string[],
): Promise<void> {
  if (groupIds.length === 0) return
  await ctx.db.write
    .deleteFrom('identity_expiring_memberships')
    .where('user_id', '=', userId)
    .where('idp_id', '=', idpId)
    .where('group_id', 'in', groupIds)
    .execute()
}

export const removeVerifiedMembershipsBy = (ctx: Ctx, by: 'user_id' | 'group_id' | 'idp_id', id: string) =>
  ctx.db.write.deleteFrom('identity_expiring_memberships').where(by, '=', id).execute()
