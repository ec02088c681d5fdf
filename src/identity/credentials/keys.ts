// The keys that seal credentials lie in the database, themselves sealed under the master key. The newest one seals; older ones only open,
// and go once nothing is sealed by them any more. Which one is the newest is asked of the database at every write, so that a controller
// that did not see a rotation seals by the new key all the same.

import { type KeyObject, randomBytes } from 'node:crypto'
import { createSealingKey, seal, unseal } from '#lib/seal/seal.ts'
import type { Ctx } from '#platform/context.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import * as store from './store.ts'

const KEY_BYTES = 32
/** How long a key stays that has been replaced: longer than any transaction that may still seal by it. */
const GRACE_MS = 3_600_000

const purpose = (id: number): string => `identity/credential-keys/${id}`

/** A key and its number; null is the master key, which sealed all before there were others. */
export type NumberedKey = { readonly id: number; readonly key: KeyObject }

export type CredentialKeys = {
  /** Makes a first key where there is none; not in a transaction. */
  readonly load: (ctx: Ctx) => Promise<void>
  /** The key that seals now. */
  readonly newest: (ctx: Ctx) => Promise<NumberedKey>
  /** @throws Error where there is no such key */
  readonly find: (ctx: Ctx, id: number | null) => Promise<KeyObject>
  /** Makes a new key, which seals from now on. */
  readonly rotate: (ctx: Ctx) => Promise<void>
  /** When the newest key was made, ms since 1970. */
  readonly rotatedAt: (ctx: Ctx) => Promise<number>
  /** Forgets the keys that seal nothing any more, but for the newest and what was replaced just now. Gives how many are left. */
  readonly drop: (ctx: Ctx) => Promise<number>
}

/** The keys of a cloud with this master key. */
export function createCredentialKeys(masterKey: KeyObject): CredentialKeys {
  const opened = new Map<number, KeyObject>()
  const open = ({ id, sealed }: store.CredentialKeyRow): NumberedKey => {
    const key = opened.get(id) ?? createSealingKey(Buffer.from(unseal(masterKey, sealed, purpose(id)), 'base64'))
    opened.set(id, key)
    return { id, key }
  }
  const add = async (ctx: Ctx, id: number): Promise<void> => {
    const sealed = seal(masterKey, randomBytes(KEY_BYTES).toString('base64'), purpose(id))
    try {
      await store.insertCredentialKey(ctx, { id, sealed, created_at: ctx.now })
    } catch (error) {
      // Another controller was first.
      if (!isUniqueViolation(error)) throw error
    }
  }
  const newestRow = async (ctx: Ctx): Promise<store.CredentialKeyRow> => {
    const row = await store.newestCredentialKey(ctx)
    if (!row) throw new Error('there is no key for credentials')
    return row
  }
  return {
    load: async (ctx) => {
      if (!(await store.newestCredentialKey(ctx))) await add(ctx, 1)
    },
    newest: async (ctx) => open(await newestRow(ctx)),
    find: async (ctx, id) => {
      if (id === null) return masterKey
      const known = opened.get(id)
      if (known) return known
      const row = await store.findCredentialKey(ctx, id)
      if (!row) throw new Error(`there is no credential key ${id}`)
      return open(row).key
    },
    rotate: async (ctx) => add(ctx, (await newestRow(ctx)).id + 1),
    rotatedAt: async (ctx) => (await newestRow(ctx)).created_at,
    drop: async (ctx) => {
      const rows = await store.listCredentialKeys(ctx)
      const used = new Set(await store.listUsedKeyIds(ctx))
      const replaced = rows.filter((row, index) => {
        const successor = rows[index + 1]
        return successor !== undefined && successor.created_at + GRACE_MS <= ctx.now && !used.has(row.id)
      })
      await store.removeCredentialKeys(
        ctx,
        replaced.map(({ id }) => id),
      )
      return rows.length - replaced.length
    },
  }
}
