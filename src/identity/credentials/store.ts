// Credentials that users keep here: EC2 keys, TOTP seeds, certificates. What is secret of one (its blob) is sealed under the master key.

import type { KeyObject } from 'node:crypto'
import { seal, unseal } from '#lib/seal/seal.ts'
import type { Ctx } from '#platform/context.ts'
import type { Queries } from '#platform/db/db.ts'
import { type Attributes, parseAttributes } from '../attributes.ts'
import type { Page } from '../lists.ts'

type CredentialRow = {
  id: string
  user_id: string
  project_id: string | null
  type: string
  sealed: string
  extra: string
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_credentials: CredentialRow
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
}

/** The credentials of a cloud with this master key. */
export function createCredentialStore(masterKey: KeyObject): CredentialStore {
  const toCredential = (row: CredentialRow): Credential => ({
    id: row.id,
    userId: row.user_id,
    projectId: row.project_id,
    type: row.type,
    blob: unseal(masterKey, row.sealed, credentialPurpose(row.id)),
    extra: parseAttributes(row.extra),
  })
  const toRow = (credential: Credential): CredentialRow => ({
    id: credential.id,
    user_id: credential.userId,
    project_id: credential.projectId,
    type: credential.type,
    sealed: seal(masterKey, credential.blob, credentialPurpose(credential.id)),
    extra: JSON.stringify(credential.extra),
  })
  return {
    find: async (ctx, id) => {
      const row = await select(ctx.db.read).where('c.id', '=', id).executeTakeFirst()
      return row && toCredential(row)
    },
    list: async (ctx, page) => {
      let query = select(ctx.db.read)
        .orderBy('c.id')
        .limit(page.limit + 1)
      for (const condition of page.conditions) query = query.where(condition)
      if (page.marker !== undefined) query = query.where('c.id', '>', page.marker)
      return (await query.execute()).map(toCredential)
    },
    listOfUser: async (ctx, userId, type) => {
      const query = select(ctx.db.read).where('c.user_id', '=', userId).where('c.type', '=', type)
      return (await query.orderBy('c.id').limit(1000).execute()).map(toCredential)
    },
    insert: async (ctx, credential) => {
      await ctx.db.write.insertInto('identity_credentials').values(toRow(credential)).execute()
    },
    save: async (ctx, credential) => {
      const { id, ...columns } = toRow(credential)
      await ctx.db.write.updateTable('identity_credentials').set(columns).where('id', '=', id).execute()
    },
  }
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
