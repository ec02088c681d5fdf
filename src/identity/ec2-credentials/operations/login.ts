// Other services have requests that were signed with a key checked here, and get a token of whoever owns the key.

import { timingSafeEqual } from 'node:crypto'
import { signEc2, signS3 } from '#lib/aws-signature/signature.ts'
import type { Ctx } from '#platform/context.ts'
import { CloudError, notFound, unauthorized } from '#platform/errors.ts'
import { findApplicationCredential } from '../../application-credentials/store.ts'
import type { Attributes } from '../../attributes.ts'
import { ec2Id, parseEc2Blob } from '../../credentials/rules.ts'
import type { CredentialStore } from '../../credentials/store.ts'
import { notAuthenticated } from '../../errors.ts'
import { findAccessGrant } from '../../oauth1/store.ts'
import type { Issued } from '../../tokens/operations/issue.ts'
import type { TokenRegistry } from '../../tokens/operations/registry.ts'
import type { TokenScope } from '../../tokens/payloads.ts'
import { findTrust } from '../../trusts/store.ts'
import type { Signed, SignedRequest } from '../schemas.ts'

/** How old a signed request may be. */
const LIFE_MS = 900_000

type Texts = Readonly<Record<string, string>>

/** How a key's secret signs a request; undefined: it cannot have been signed so. */
export type Signing = (secret: string, signed: Signed) => readonly (string | undefined)[]

/** As EC2 servers are asked. Some clients leave the port out of what they sign. */
export const ec2Signing: Signing = (secret, { host = '', verb = '', path = '', params, headers, body_hash = '' }) => {
  const request = { host, verb, path, params: textsOf(params), headers: textsOf(headers), bodyHash: body_hash }
  const bare = host.replace(/:\d*$/, '')
  return [signEc2(secret, request), ...(bare === host ? [] : [signEc2(secret, { ...request, host: bare })])]
}

/** As S3 servers are asked: `token` is what was signed. */
export const s3Signing: Signing = (secret, { token = '' }) => [signS3(secret, Buffer.from(token, 'base64url'))]

const textsOf = (values: Readonly<Record<string, unknown>> = {}): Texts =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))

/**
 * A token of the owner of the key that a request was signed with.
 * @throws unauthorized (signature, time, an owner who may not), notFound (key)
 */
export async function loginWithKey(
  ctx: Ctx,
  { store, tokens }: { readonly store: CredentialStore; readonly tokens: TokenRegistry },
  { credentials, credential, ec2Credentials }: SignedRequest,
  signing: Signing,
): Promise<Issued> {
  const signed = credentials ?? credential ?? ec2Credentials ?? {}
  if (signed.access === undefined) throw unauthorized('EC2 Signature not supplied')
  const key = await store.find(ctx, ec2Id(signed.access))
  if (key?.type !== 'ec2' || key.projectId === null) throw notFound('EC2 access key not found.')
  const blob: Attributes = parseEc2Blob(key.blob)
  if (signed.signature === undefined) throw unauthorized('EC2 signature not supplied.')
  const { secret } = blob
  const right = typeof secret === 'string' ? signing(secret, signed) : []
  if (!right.some((signature) => isSame(signature, signed.signature ?? ''))) {
    throw unauthorized('Invalid EC2 signature.')
  }
  checkTime(ctx, signed)
  const { userId, scope } = await boundsOfKey(ctx, blob, key.userId, key.projectId)
  try {
    return await tokens.issue(ctx, { userId, methods: [], scope })
  } catch (error) {
    throw error instanceof CloudError && (error.status === 401 || error.status === 404)
      ? notAuthenticated(ctx.baseUrl)
      : error
  }
}

function isSame(right: string | undefined, given: string): boolean {
  if (right === undefined) return false
  const [a, b] = [Buffer.from(right), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** A request that says no time is of any; one that does is good for a quarter of an hour. */
function checkTime(ctx: Ctx, { params, headers }: Signed): void {
  const [inParams, inHeaders] = [textsOf(params), textsOf(headers)]
  const text = inParams['Timestamp'] ?? inHeaders['X-Amz-Date'] ?? inParams['X-Amz-Date']
  if (text === undefined || text === '') return
  // The basic form of AWS: 20261121T030000Z.
  const whole = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')
  const time = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(whole) ? whole : `${whole}Z`)
  if (Number.isNaN(time)) throw unauthorized(`Credential timestamp is invalid: ${text}`)
  if (ctx.now > time + LIFE_MS) throw unauthorized('Credential is expired')
}

/** Whom and what a key speaks for: one that was made with borrowed rights gives no more than those. */
async function boundsOfKey(
  ctx: Ctx,
  blob: Attributes,
  owner: string,
  projectId: string,
): Promise<{ readonly userId: string; readonly scope: TokenScope }> {
  const { trust_id: trustId, app_cred_id: programId, access_token_id: accessId } = blob
  if (typeof trustId === 'string') {
    const trust = await findTrust(ctx, trustId, ctx.now)
    if (!trust) throw notAuthenticated(ctx.baseUrl)
    const userId = trust.impersonation ? trust.trusteeId : owner
    return { userId, scope: { kind: 'trust', projectId, trustId } }
  }
  if (typeof programId === 'string') {
    const program = await findApplicationCredential(ctx, programId)
    if (program?.projectId !== projectId) {
      throw unauthorized('EC2 credential project does not match the application credential project.')
    }
    return { userId: owner, scope: { kind: 'application_credential', projectId, applicationCredentialId: programId } }
  }
  if (typeof accessId === 'string') {
    const access = await findAccessGrant(ctx, accessId)
    if (access?.projectId !== projectId) {
      throw unauthorized('EC2 credential project does not match the OAuth1 access token project.')
    }
    return { userId: owner, scope: { kind: 'oauth1', projectId, accessTokenId: accessId } }
  }
  return { userId: owner, scope: { kind: 'project', projectId } }
}
