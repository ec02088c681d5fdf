// Consumers are programs that may ask users for a part of their rights; their secrets, and those of the tokens, are sealed under the master key.

import type { KeyObject } from 'node:crypto'
import { seal, unseal } from '#lib/seal/seal.ts'
import type { Ctx } from '#platform/context.ts'
import { type Attributes, parseAttributes } from '../attributes.ts'

type ConsumerRow = { id: string; description: string | null; sealed: string; extra: string }
type AccessRow = {
  id: string
  consumer_id: string
  project_id: string
  sealed: string
  user_id: string
  role_ids: string
  expires_at: number
}
type RequestRow = Omit<AccessRow, 'user_id'> & { user_id: string | null; verifier: string | null }

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_consumers: ConsumerRow
    identity_request_tokens: RequestRow
    identity_access_tokens: AccessRow
  }
}

export type Consumer = {
  readonly id: string
  readonly description: string | null
  readonly secret: string
  readonly extra: Attributes
}

/** What a consumer was given: some roles of a user in a project. */
export type AccessToken = {
  readonly id: string
  readonly consumerId: string
  readonly projectId: string
  readonly secret: string
  readonly userId: string
  readonly roleIds: readonly string[]
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** What a consumer asks for; user and verifier are set once a user has agreed. */
export type RequestToken = Omit<AccessToken, 'userId'> & {
  readonly userId: string | null
  readonly verifier: string | null
}

export type OAuth1Store = {
  readonly findConsumer: (ctx: Ctx, id: string) => Promise<Consumer | undefined>
  /** The first 1,000. */
  readonly listConsumers: (ctx: Ctx) => Promise<Consumer[]>
  readonly insertConsumer: (ctx: Ctx, consumer: Consumer) => Promise<void>
  readonly saveConsumer: (ctx: Ctx, consumer: Consumer) => Promise<void>
  readonly findRequestToken: (ctx: Ctx, id: string) => Promise<RequestToken | undefined>
  readonly insertRequestToken: (ctx: Ctx, token: RequestToken) => Promise<void>
  readonly findAccessToken: (ctx: Ctx, id: string) => Promise<AccessToken | undefined>
  /** The first 1,000 of a user. */
  readonly listAccessTokens: (ctx: Ctx, userId: string) => Promise<AccessToken[]>
  readonly insertAccessToken: (ctx: Ctx, token: AccessToken) => Promise<void>
}

/** What the secret of a consumer or token is sealed for. */
export const secretPurpose = (id: string): string => `identity/oauth1/${id}`
const toIds = (text: string): string[] => (text === '' ? [] : text.split(','))

/** The OAuth tokens of a cloud with this master key. */
export function createOAuth1Store(masterKey: KeyObject): OAuth1Store {
  const open = ({ id, sealed }: { id: string; sealed: string }) => unseal(masterKey, sealed, secretPurpose(id))
  const close = ({ id, secret }: { id: string; secret: string }) => seal(masterKey, secret, secretPurpose(id))
  const toConsumer = (row: ConsumerRow): Consumer => ({
    id: row.id,
    description: row.description,
    secret: open(row),
    extra: parseAttributes(row.extra),
  })
  const toToken = (row: RequestRow) => ({
    id: row.id,
    consumerId: row.consumer_id,
    projectId: row.project_id,
    secret: open(row),
    userId: row.user_id,
    roleIds: toIds(row.role_ids),
    expiresAt: row.expires_at,
  })
  const toAccess = (row: AccessRow): AccessToken => ({
    ...toToken({ ...row, verifier: null }),
    userId: row.user_id,
  })
  const toRow = (token: Omit<RequestToken, 'verifier' | 'userId'>) => ({
    id: token.id,
    consumer_id: token.consumerId,
    project_id: token.projectId,
    sealed: close(token),
    role_ids: token.roleIds.join(','),
    expires_at: token.expiresAt,
  })
  return {
    findConsumer: async (ctx, id) => {
      const row = await ctx.db.read.selectFrom('identity_consumers').selectAll().where('id', '=', id).executeTakeFirst()
      return row && toConsumer(row)
    },
    listConsumers: async (ctx) =>
      (await ctx.db.read.selectFrom('identity_consumers').selectAll().orderBy('id').limit(1000).execute()).map(
        toConsumer,
      ),
    insertConsumer: async (ctx, consumer) => {
      const { id, description, extra } = consumer
      const row = { id, description, sealed: close(consumer), extra: JSON.stringify(extra) }
      await ctx.db.write.insertInto('identity_consumers').values(row).execute()
    },
    saveConsumer: async (ctx, { id, description, extra }) => {
      const columns = { description, extra: JSON.stringify(extra) }
      await ctx.db.write.updateTable('identity_consumers').set(columns).where('id', '=', id).execute()
    },
    findRequestToken: async (ctx, id) => {
      const query = ctx.db.read.selectFrom('identity_request_tokens').selectAll().where('id', '=', id)
      const row = await query.executeTakeFirst()
      return row && { ...toToken(row), verifier: row.verifier }
    },
    insertRequestToken: async (ctx, token) => {
      const row = { ...toRow(token), user_id: token.userId, verifier: token.verifier }
      await ctx.db.write.insertInto('identity_request_tokens').values(row).execute()
    },
    findAccessToken: async (ctx, id) => {
      const query = ctx.db.read.selectFrom('identity_access_tokens').selectAll().where('id', '=', id)
      const row = await query.executeTakeFirst()
      return row && toAccess(row)
    },
    listAccessTokens: async (ctx, userId) => {
      const query = ctx.db.read.selectFrom('identity_access_tokens').selectAll().where('user_id', '=', userId)
      return (await query.orderBy('id').limit(1000).execute()).map(toAccess)
    },
    insertAccessToken: async (ctx, token) => {
      const row = { ...toRow(token), user_id: token.userId }
      await ctx.db.write.insertInto('identity_access_tokens').values(row).execute()
    },
  }
}

/** What an access token gives, without its secret. */
export async function findAccessGrant(ctx: Ctx, id: string): Promise<Omit<AccessToken, 'secret'> | undefined> {
  const query = ctx.db.read.selectFrom('identity_access_tokens').selectAll().where('id', '=', id)
  const row = await query.executeTakeFirst()
  return (
    row && {
      id,
      consumerId: row.consumer_id,
      projectId: row.project_id,
      userId: row.user_id,
      roleIds: toIds(row.role_ids),
      expiresAt: row.expires_at,
    }
  )
}

/** A user agrees to what a consumer asks for. */
export async function authorizeRequestToken(
  ctx: Ctx,
  id: string,
  { userId, roleIds, verifier }: { userId: string; roleIds: readonly string[]; verifier: string },
): Promise<void> {
  await ctx.db.write
    .updateTable('identity_request_tokens')
    .set({ user_id: userId, role_ids: roleIds.join(','), verifier })
    .where('id', '=', id)
    .execute()
}

/** False: somebody has used it already. */
export async function removeRequestToken(ctx: Ctx, id: string): Promise<boolean> {
  const result = await ctx.db.write.deleteFrom('identity_request_tokens').where('id', '=', id).executeTakeFirst()
  return result.numDeletedRows > 0n
}

export async function removeAccessToken(ctx: Ctx, id: string): Promise<void> {
  await ctx.db.write.deleteFrom('identity_access_tokens').where('id', '=', id).execute()
}

/** A consumer with all it asked for and was given. */
export async function removeConsumer(ctx: Ctx, id: string): Promise<void> {
  await ctx.db.write.deleteFrom('identity_request_tokens').where('consumer_id', '=', id).execute()
  await ctx.db.write.deleteFrom('identity_access_tokens').where('consumer_id', '=', id).execute()
  await ctx.db.write.deleteFrom('identity_consumers').where('id', '=', id).execute()
}

export async function removeAccessTokensOfUser(ctx: Ctx, userId: string): Promise<void> {
  await ctx.db.write.deleteFrom('identity_request_tokens').where('user_id', '=', userId).execute()
  await ctx.db.write.deleteFrom('identity_access_tokens').where('user_id', '=', userId).execute()
}

export async function removeAccessTokensIn(ctx: Ctx, projectIds: readonly string[]): Promise<void> {
  if (projectIds.length === 0) return
  await ctx.db.write.deleteFrom('identity_request_tokens').where('project_id', 'in', projectIds).execute()
  await ctx.db.write.deleteFrom('identity_access_tokens').where('project_id', 'in', projectIds).execute()
}
