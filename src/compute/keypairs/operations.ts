import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { Ctx } from '#platform/context.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { badRequest, conflict, forbidden, notFound } from '#platform/errors.ts'
import { pythonRepr } from '#platform/http/validation.ts'
import { maxPage } from '../parameters.ts'
import { cutPage, type Page } from '../paging.ts'
import { fits } from '../quotas/rules.ts'
import { getQuotas } from '../quotas/store.ts'
import { fingerprintOf, sshRsaText } from './rules.ts'
import type { CreateKeypair, ListKeypairs } from './schemas.ts'
import * as store from './store.ts'

const generate = promisify(generateKeyPair)

/** The owner a request is about; the rule sees whose keys they are. */
function ownerOf(ctx: Ctx, verb: string, given: string | undefined): string {
  const owner = ctx.version >= 10 ? (given ?? ctx.caller.userId) : ctx.caller.userId
  ctx.authorize(`os_compute_api:os-keypairs:${verb}`, { user_id: owner })
  return owner
}

/** A new RSA key: both halves as text. Made off the main thread. */
async function newKey(): Promise<{ publicKey: string; privateKey: string }> {
  const { publicKey, privateKey } = await generate('rsa', { modulusLength: 2048 })
  const { e = '', n = '' } = publicKey.export({ format: 'jwk' })
  return {
    publicKey: sshRsaText(e, n, 'Generated-by-Nova'),
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs1' }).toString(),
  }
}

/** A key, and its private half where it was made here: nobody keeps that. */
export type CreatedKeypair = { readonly row: store.KeypairRow; readonly privateKey: string | null }

/** Imports a key, or makes one (until 2.91). @throws badRequest, conflict (name), forbidden (quota) */
export async function createKeypair(ctx: Ctx, body: CreateKeypair): Promise<CreatedKeypair> {
  const owner = ownerOf(ctx, 'create', body.user_id)
  const type = body.type ?? 'ssh'
  if (type === 'x509') throw badRequest('Keypair data is invalid: this cloud has no x509 keys.')
  if (body.public_key === undefined && ctx.version >= 92) {
    const value = pythonRepr(body)
    const message = `Value: ${value}. 'public_key' is a required property`
    throw badRequest(`Invalid input for field/attribute keypair. ${message}`)
  }
  const made = body.public_key === undefined ? await newKey() : { publicKey: body.public_key, privateKey: null }
  const fingerprint = fingerprintOf(made.publicKey)
  if (fingerprint === null) throw badRequest('Keypair data is invalid: failed to generate fingerprint')
  const { key_pairs: limit } = await getQuotas(ctx, ctx.caller.projectId ?? '')
  if (!fits(limit, (await store.countKeypairs(ctx, owner)) + 1)) throw forbidden('Quota exceeded, too many key pairs.')
  const row: store.KeypairRow = {
    user_id: owner,
    name: body.name,
    number: await store.nextNumber(ctx),
    type,
    public_key: made.publicKey,
    fingerprint,
    created_at: ctx.now,
  }
  try {
    await store.insertKeypair(ctx, row)
  } catch (error) {
    throw isUniqueViolation(error) ? conflict(`Key pair '${body.name}' already exists.`) : error
  }
  return { row, privateKey: made.privateKey }
}

/** A page of a user's keys. */
export async function listKeypairs(ctx: Ctx, query: ListKeypairs): Promise<Page<store.KeypairRow>> {
  const owner = ownerOf(ctx, 'index', query.user_id)
  const limit = ctx.version >= 35 ? Math.min(query.limit ?? maxPage, maxPage) : maxPage
  const marker = ctx.version >= 35 ? query.marker : undefined
  if (marker !== undefined && !(await store.findKeypair(ctx, owner, marker)))
    throw badRequest(`Marker ${marker} could not be found.`)
  return cutPage(await store.listKeypairs(ctx, owner, marker, limit + 1), limit)
}

const keyNotFound = (owner: string, name: string) => notFound(`Keypair ${name} not found for user ${owner}`)

/** @throws notFound */
export async function getKeypair(ctx: Ctx, name: string, given: string | undefined): Promise<store.KeypairRow> {
  const owner = ownerOf(ctx, 'show', given)
  const row = await store.findKeypair(ctx, owner, name)
  if (!row) throw keyNotFound(owner, name)
  return row
}

/** Servers keep the key they were made with. @throws notFound */
export async function deleteKeypair(ctx: Ctx, name: string, given: string | undefined): Promise<void> {
  const owner = ownerOf(ctx, 'delete', given)
  if (!(await store.deleteKeypair(ctx, owner, name))) throw keyNotFound(owner, name)
}
