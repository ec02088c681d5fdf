// The Fernet keys of the tokens live in the database, sealed under the master key, so that every controller has the same ones.
// They are kept decrypted in memory; a token that none of them signed makes this controller look for newer ones, at most once a second.

import type { KeyObject } from 'node:crypto'
import { createFernetKeyText, type FernetKey, parseFernetKey } from '#lib/fernet/fernet.ts'
import type { JwsKey } from '#lib/jws/jws.ts'
import { seal, unseal } from '#lib/seal/seal.ts'
import type { Settings } from '#platform/config.ts'
import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { addJwsPair, adoptJwsKeys, readJwsKeys } from './jws.ts'
import { merged, planRotation, tryingOrder } from './rules.ts'
import * as store from './store.ts'

const purpose = 'identity/token-keys'
const RELOAD_AFTER_MS = 1000

export type TokenKeys = {
  /** The keys in the order in which they are tried; the first one signs. */
  readonly all: () => readonly FernetKey[]
  /** Keys of JWS tokens, newest first; all of them verify. */
  readonly jws: () => readonly JwsKey[]
  /** Whether new tokens are JWS ones. */
  readonly signsJws: boolean
  /** Reads the keys, making the first two where there are none. */
  readonly load: (ctx: Ctx) => Promise<void>
  /** Looks for newer keys, unless that was done just now. True: there was a look. */
  readonly reload: (ctx: Ctx, now: number) => Promise<boolean>
  /** Makes the staged key the primary. Other controllers know it already: they have it staged. */
  readonly rotate: (ctx: Ctx) => Promise<void>
  /** When the primary became one, ms since 1970. */
  readonly rotatedAt: () => number
  /**
   * Takes over the keys of a Keystone (number of the file → its text): its tokens stay good, and it understands those made here.
   * Keys that are here stay as well, until rotations drop them. Gives how many were new.
   * @throws RangeError where one is no key
   */
  readonly adopt: (ctx: Ctx, given: ReadonlyMap<number, string>) => Promise<number>
  /** The same of the keys of JWS tokens. */
  readonly adoptJws: (ctx: Ctx, publicPems: readonly string[], privatePem: string | undefined) => Promise<number>
}

export function createTokenKeys(
  masterKey: KeyObject,
  maxActive: number,
  provider: Settings['token_provider'] = 'fernet',
): TokenKeys {
  let jws: readonly JwsKey[] = []
  let keys: readonly FernetKey[] = []
  let primarySince = 0
  let lookedAt = 0

  const read = async (ctx: Ctx): Promise<boolean> => {
    const rows = new Map((await store.listTokenKeys(ctx)).map((row) => [row.id, row]))
    const ordered = tryingOrder([...rows.keys()]).flatMap((id) => rows.get(id) ?? [])
    keys = ordered.map(({ sealed }) => parseFernetKey(unseal(masterKey, sealed, purpose)))
    primarySince = ordered[0]?.created_at ?? 0
    jws = await readJwsKeys(ctx, masterKey)
    return ordered.length > 0
  }
  const insert = (ctx: Ctx, id: number, text: string) =>
    store.insertTokenKey(ctx, { id, sealed: seal(masterKey, text, purpose), created_at: ctx.now })

  return {
    all: () => keys,
    jws: () => jws,
    signsJws: provider === 'jws',
    rotatedAt: () => primarySince,
    load: async (ctx) => {
      const wanting = () => provider === 'jws' && !jws.some(({ signing }) => signing !== null)
      if ((await read(ctx)) && !wanting()) return
      try {
        await inTransaction(ctx, async (tx) => {
          if (keys.length === 0) {
            await insert(tx, 0, createFernetKeyText())
            await insert(tx, 1, createFernetKeyText())
          }
          if (wanting()) await addJwsPair(tx, masterKey, maxActive)
        })
      } catch (error) {
        // Another controller starts at the same time and was first.
        if (!isUniqueViolation(error)) throw error
      }
      await read(ctx)
    },
    reload: async (ctx, now) => {
      if (now - lookedAt < RELOAD_AFTER_MS) return false
      lookedAt = now
      await read(ctx)
      return true
    },
    rotate: async (ctx) => {
      await inTransaction(ctx, async (tx) => {
        const rows = await store.listTokenKeys(tx)
        const staged = rows.find(({ id }) => id === 0)
        if (!staged) throw new Error('there is no staged token key')
        const { promoted, removed } = planRotation(
          rows.map(({ id }) => id),
          maxActive,
        )
        await insert(tx, promoted, unseal(masterKey, staged.sealed, purpose))
        if (provider === 'jws') await addJwsPair(tx, masterKey, maxActive)
        await store.removeTokenKeys(tx, [0, ...removed])
        await insert(tx, 0, createFernetKeyText())
      })
      await read(ctx)
    },
    adoptJws: async (ctx, publicPems, privatePem) => {
      const added = await inTransaction(ctx, (tx) => adoptJwsKeys(tx, masterKey, publicPems, privatePem))
      await read(ctx)
      return added
    },
    adopt: async (ctx, given) => {
      for (const text of given.values()) parseFernetKey(text)
      const added = await inTransaction(ctx, async (tx) => {
        const rows = await store.listTokenKeys(tx)
        const own = rows.map(({ id, sealed }) => ({ id, text: unseal(masterKey, sealed, purpose) }))
        const here = new Set(own.map(({ text }) => text))
        const added = [...given.values()].filter((text) => !here.has(text)).length
        if (added === 0) return 0
        await store.removeTokenKeys(
          tx,
          rows.map(({ id }) => id),
        )
        for (const [id, text] of merged(own, given)) await insert(tx, id, text)
        return added
      })
      await read(ctx)
      return added
    },
  }
}
