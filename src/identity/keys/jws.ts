// The keys of JWS tokens: pairs in the database, the private ones sealed. The newest pair signs; older ones, and public keys that came
// from elsewhere, only verify.

import type { KeyObject } from 'node:crypto'
import { createJwsKeyTexts, type JwsKey, parseJwsKey, publicPemOf } from '#lib/jws/jws.ts'
import { seal, unseal } from '#lib/seal/seal.ts'
import type { Ctx } from '#platform/context.ts'
import * as store from './store.ts'

const purpose = 'identity/jws-keys'

/** The pairs, newest first. */
export async function readJwsKeys(ctx: Ctx, masterKey: KeyObject): Promise<JwsKey[]> {
  return (await store.listJwsKeys(ctx)).map(({ sealed, public_pem }) => ({
    verifying: parseJwsKey(public_pem, 'public'),
    signing: sealed === null ? null : parseJwsKey(unseal(masterKey, sealed, purpose), 'private'),
  }))
}

/** Adds a new pair, which signs from now on, and drops the oldest keys once there are too many. In a transaction. */
export async function addJwsPair(ctx: Ctx, masterKey: KeyObject, mostKept: number): Promise<void> {
  const rows = await store.listJwsKeys(ctx)
  const { privatePem, publicPem } = createJwsKeyTexts()
  const id = (rows[0]?.id ?? 0) + 1
  const sealed = seal(masterKey, privatePem, purpose)
  await store.insertJwsKey(ctx, { id, sealed, public_pem: publicPem, created_at: ctx.now })
  const dropped = rows.slice(Math.max(1, mostKept - 1))
  if (dropped.length > 0) {
    await store.removeJwsKeys(
      ctx,
      dropped.map((row) => row.id),
    )
  }
}

/**
 * Takes over keys of a Keystone: its public keys verify, its private key signs. Gives how many were new. In a transaction.
 * @throws RangeError where one is no key of the curve P-256
 */
export async function adoptJwsKeys(
  ctx: Ctx,
  masterKey: KeyObject,
  publicPems: readonly string[],
  privatePem: string | undefined,
): Promise<number> {
  const own = privatePem === undefined ? undefined : parseJwsKey(privatePem, 'private')
  const ownPublic = own && publicPemOf(own)
  const given = publicPems.map((pem) => parseJwsKey(pem, 'public').export({ type: 'spki', format: 'pem' }).toString())
  const rows = await store.listJwsKeys(ctx)
  const known = new Set(rows.map(({ public_pem }) => public_pem))
  const others = [...new Set(given)].filter((pem) => !known.has(pem) && pem !== ownPublic)
  let id = rows[0]?.id ?? 0
  for (const pem of others) {
    id += 1
    await store.insertJwsKey(ctx, { id, sealed: null, public_pem: pem, created_at: ctx.now })
  }
  if (own === undefined || ownPublic === undefined) return others.length
  const same = rows.find(({ public_pem }) => public_pem === ownPublic)
  if (same && same.sealed !== null) return others.length
  // Its public key came alone before.
  if (same) await store.removeJwsKeys(ctx, [same.id])
  const sealed = seal(masterKey, own.export({ type: 'pkcs8', format: 'pem' }).toString(), purpose)
  await store.insertJwsKey(ctx, { id: id + 1, sealed, public_pem: ownPublic, created_at: ctx.now })
  return others.length + 1
}
