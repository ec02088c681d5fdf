// Credentials that users keep here: EC2 keys, TOTP seeds, certificates. What is secret of one (its blob) is sealed by the newest of the
// credential keys (`keys.ts`).

import { seal, unseal } from '#lib/seal/seal.ts'
import type { Ctx } from '#platform/context.ts'
import type { Queries } from '#platform/db/db.ts'
import { type Attributes, parseAttributes } from '../attributes.ts'
import type { Page } from '../lists.ts'
import type { CredentialKeys } from './keys.ts'

type CredentialRow = {
  id: string
  user_id: string
  project_id: string | null
  type: string
  sealed: string
  /** The key that sealed it; null: the master key. */
  key_id: number | null
  extra: string
}

/** A key, sealed under the master key; the highest number is the newest. */
export type CredentialKeyRow = { id: number; sealed: string; created_at: number }

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_credentials: CredentialRow
    identity_credential_keys: CredentialKeyRow
  }
}

export type Credential = {
  readonly id: string
  readonly userId: string
  readonly projectId: string | null
  readonly type: string
  /** Text of any form; JSON for EC2. */
  readonly blob: string
  readonly extra: Attributes
}

/** Columns by which lists of credentials are filtered. */
export const credentialFilters = { user_id: 'c.user_id', type: 'c.type' } as const

/** What a credential is sealed for. */
export const credentialPurpose = (id: string): string => `identity/credentials/${id}`
const select = (queries: Queries) => queries.selectFrom('identity_credentials as c').selectAll('c')

export type CredentialStore = {
  readonly find: (ctx: Ctx, id: string) => Promise<Credential | undefined>
  /** One page in the order of ids, and one row more where there are more. */
  readonly list: (ctx: Ctx, page: Page) => Promise<Credential[]>
  readonly listOfUser: (ctx: Ctx, userId: string, type: string) => Promise<Credential[]>
  readonly insert: (ctx: Ctx, credential: Credential) => Promise<void>
  readonly save: (ctx: Ctx, credential: Credential) => Promise<void>
  /** Seals some of what an older key sealed by the newest one. Gives how many; 0: all are. In a transaction. */
  readonly reseal: (ctx: Ctx, most: number) => Promise<number>
}

/** The credentials of a cloud with these keys. */
export function createCredentialStore(keys: CredentialKeys): CredentialStore {
  const toCredential = async (ctx: Ctx, row: CredentialRow): Promise<Credential> => ({
    id: row.id,
    userId: row.user_id,
    projectId: row.project_id,
    type: row.type,
    blob: unseal(await keys.find(ctx, row.key_id), row.sealed, credentialPurpose(row.id)),
    extra: parseAttributes(row.extra),
  })
  const toRow = async (ctx: Ctx, credential: Credential): Promise<CredentialRow> => {
    const { id, key } = await keys.newest(ctx)
    return {
      id: credential.id,
      user_id: credential.userId,
      project_id: credential.projectId,
      type: credential.type,
      sealed: seal(key, credential.blob, credentialPurpose(credential.id)),
      key_id: id,
      extra: JSON.stringify(credential.extra),
    }
  }
  const toCredentials = (ctx: Ctx, rows: readonly CredentialRow[]) =>
    Promise.all(rows.map((row) => toCredential(ctx, row)))
  return {
    find: async (ctx, id) => {
      const row = await select(ctx.db.read).where('c.id', '=', id).executeTakeFirst()
      return row && toCredential(ctx, row)
    },
    list: async (ctx, page) => {
      let query = select(ctx.db.read)
        .orderBy('c.id')
        .limit(page.limit + 1)
      for (const condition of page.conditions) query = query.where(condition)
      if (page.marker !== undefined) query = query.where('c.id', '>', page.marker)
      return toCredentials(ctx, await query.execute())
    },
    listOfUser: async (ctx, userId, type) => {
      const query = select(ctx.db.read).where('c.user_id', '=', userId).where('c.type', '=', type)
      return toCredentials(ctx, await query.orderBy('c.id').limit(1000).execute())
    },
    insert: async (ctx, credential) => {
      await ctx.db.write
        .insertInto('identity_credentials')
        .values(await toRow(ctx, credential))
        .execute()
    },
    save: async (ctx, credential) => {
      const { id, ...columns } = await toRow(ctx, credential)
      await ctx.db.write.updateTable('identity_credentials').set(columns).where('id', '=', id).execute()
    },
    reseal: async (ctx, most) => {
      const newest = await keys.newest(ctx)
      const rows = await select(ctx.db.read)
        .where((eb) => eb.or([eb('c.key_id', 'is', null), eb('c.key_id', '<', newest.id)]))
        .limit(most)
        .execute()
      for (const row of rows) {
        const { blob } = await toCredential(ctx, row)
        const columns = { sealed: seal(newest.key, blob, credentialPurpose(row.id)), key_id: newest.id }
        // Whoever has changed it meanwhile has sealed it anew.
        await ctx.db.write
          .updateTable('identity_credentials')
          .set(columns)
          .where('id', '=', row.id)
          .where('sealed', '=', row.sealed)
          .execute()
      }
      return rows.length
    },
  }
}

export const newestCredentialKey = (ctx: Ctx): Promise<CredentialKeyRow | undefined> =>
  ctx.db.read.selectFrom('identity_credential_keys').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirst()

export const findCredentialKey = (ctx: Ctx, id: number): Promise<CredentialKeyRow | undefined> =>
  ctx.db.read.selectFrom('identity_credential_keys').selectAll().where('id', '=', id).executeTakeFirst()

/** Oldest first. */
export const listCredentialKeys = (ctx: Ctx): Promise<CredentialKeyRow[]> =>
  ctx.db.read.selectFrom('identity_credential_keys').selectAll().orderBy('id').execute()

/** Numbers of the keys that have sealed something. */
export async function listUsedKeyIds(ctx: Ctx): Promise<number[]> {
  const rows = await ctx.db.read.selectFrom('identity_credentials').select('key_id').distinct().execute()
  return rows.flatMap(({ key_id }) => key_id ?? [])
}

export const insertCredentialKey = (ctx: Ctx, row: CredentialKeyRow) =>
  ctx.db.write.insertInto('identity_credential_keys').values(row).execute()

export async function removeCredentialKeys(ctx: Ctx, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await ctx.db.write.deleteFrom('identity_credential_keys').where('id', 'in', ids).execute()
}

export async function removeCredential(ctx: Ctx, id: string): Promise<void> {
  await ctx.db.write.deleteFrom('identity_credentials').where('id', '=', id).execute()
}

export async function removeCredentialsOfUser(ctx: Ctx, userId: string): Promise<void> {
  await ctx.db.write.deleteFrom('identity_credentials').where('user_id', '=', userId).execute()
}

export async function removeCredentialsIn(ctx: Ctx, projectIds: readonly string[]): Promise<void> {
  if (projectIds.length === 0) return
  await ctx.db.write.deleteFrom('identity_credentials').where('project_id', 'in', projectIds).execute()
}
