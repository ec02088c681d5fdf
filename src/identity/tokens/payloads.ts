// Keystone's token payloads (keystone/token/token_formatters.py): a MessagePack array that opens with the kind's version number.
// Tokens made by a Keystone with the same key are read, and the other way round: the layout of each kind must never change.
// A payload that does not have exactly its kind's shape is refused with InvalidTokenPayload.

import { Float, packMessage, type Packable } from '#lib/fernet/msgpack.ts'
import { type Fields, InvalidTokenPayload, unpackFields } from './payload-fields.ts'

/** Keystone's default methods in their order, each the bit 2^index; the others come after them, as an operator would add them. */
export const AUTH_METHODS = [
  'external',
  'password',
  'token',
  'oauth1',
  'mapped',
  'application_credential',
  'totp',
  'oauth2_credential',
] as const
export type AuthMethod = (typeof AUTH_METHODS)[number]

/** By whose word a user has come in, and into which groups. */
export type Federation = {
  readonly groupIds: readonly string[]
  readonly identityProviderId: string
  readonly protocolId: string
}

/** What a token is good for, as the payload kinds tell it apart. */
export type TokenScope =
  | { readonly kind: 'unscoped' }
  | { readonly kind: 'domain'; readonly domainId: string }
  | { readonly kind: 'project'; readonly projectId: string }
  | { readonly kind: 'system'; readonly system: string }
  | { readonly kind: 'trust'; readonly projectId: string; readonly trustId: string }
  | { readonly kind: 'oauth1'; readonly projectId: string; readonly accessTokenId: string }
  | { readonly kind: 'application_credential'; readonly projectId: string; readonly applicationCredentialId: string }
  | {
      readonly kind: 'oauth2'
      readonly projectId: string
      readonly domainId: string | null
      readonly thumbprint: string
    }
  | ({ readonly kind: 'federated_unscoped' } & Federation)
  | ({ readonly kind: 'federated_project'; readonly projectId: string } & Federation)
  | ({ readonly kind: 'federated_domain'; readonly domainId: string } & Federation)

export type TokenPayload = {
  readonly userId: string
  readonly methods: readonly AuthMethod[]
  /** Milliseconds since 1970. */
  readonly expiresAt: number
  /** Url-safe base64 of random bytes, without padding; the second, where there is one, is the first token's of the chain. */
  readonly auditIds: readonly string[]
  readonly scope: TokenScope
}

/** A receipt: who has passed which methods so far. */
export type ReceiptPayload = Pick<TokenPayload, 'userId' | 'methods' | 'expiresAt'>

const VERSIONS = {
  unscoped: 0,
  domain: 1,
  project: 2,
  trust: 3,
  federated_unscoped: 4,
  federated_project: 5,
  federated_domain: 6,
  oauth1: 7,
  system: 8,
  application_credential: 9,
  oauth2: 10,
} as const satisfies Record<TokenScope['kind'], number>

export function packTokenPayload({ userId, methods, expiresAt, auditIds, scope }: TokenPayload): Buffer {
  const opening = [VERSIONS[scope.kind], packId(userId), packMethods(methods)]
  const expiry = new Float(expiresAt / 1000)
  const audits = auditIds.map((id) => Buffer.from(id, 'base64url'))
  return packMessage([...opening, ...packScope(scope, expiry, audits)])
}

function packScope(scope: TokenScope, expiry: Float, audits: readonly Buffer[]): readonly Packable[] {
  switch (scope.kind) {
    case 'unscoped':
      return [expiry, audits]
    case 'domain':
      return [isUuid(scope.domainId) ? Buffer.from(scope.domainId, 'hex') : scope.domainId, expiry, audits]
    case 'project':
      return [packId(scope.projectId), expiry, audits]
    case 'system':
      return [scope.system, expiry, audits]
    case 'trust':
      return [packId(scope.projectId), expiry, audits, Buffer.from(scope.trustId, 'hex')]
    case 'oauth1':
      return [packId(scope.projectId), packId(scope.accessTokenId), expiry, audits]
    case 'application_credential':
      return [packId(scope.projectId), expiry, audits, packId(scope.applicationCredentialId)]
    case 'oauth2':
      return [
        packId(scope.projectId),
        scope.domainId === null ? [false, null] : packId(scope.domainId),
        expiry,
        audits,
        [false, scope.thumbprint],
      ]
    case 'federated_unscoped':
      return [...packFederation(scope), expiry, audits]
    case 'federated_project':
      return [packId(scope.projectId), ...packFederation(scope), expiry, audits]
    case 'federated_domain':
      return [packId(scope.domainId), ...packFederation(scope), expiry, audits]
  }
}

function packFederation({ groupIds, identityProviderId, protocolId }: Federation): readonly Packable[] {
  return [groupIds.map(packId), packId(identityProviderId), protocolId]
}

/** Throws InvalidTokenPayload for whatever is not a payload. */
export function unpackTokenPayload(bytes: Uint8Array): TokenPayload {
  const fields = unpackFields(bytes)
  const version = fields.next()
  const userId = fields.id()
  const methods = unpackMethods(fields.bits())
  const kind = kindOf(version)
  if (kind === undefined) throw new InvalidTokenPayload('This is not a recognized Fernet payload version')
  // The order of these reads is the layout.
  const before = unpackScopeBeforeExpiry(kind, fields)
  const expiresAt = fields.time()
  const auditIds = fields.audits()
  const scope: TokenScope =
    before.kind === 'trust'
      ? { ...before, trustId: fields.uuid() }
      : before.kind === 'application_credential'
        ? { ...before, applicationCredentialId: fields.id() }
        : before.kind === 'oauth2'
          ? { ...before, thumbprint: fields.id() }
          : before
  fields.end()
  return { userId, methods, expiresAt, auditIds, scope }
}

type WithoutTail<S> = S extends { readonly kind: 'trust' }
  ? Omit<S, 'trustId'>
  : S extends { readonly kind: 'application_credential' }
    ? Omit<S, 'applicationCredentialId'>
    : S extends { readonly kind: 'oauth2' }
      ? Omit<S, 'thumbprint'>
      : S

function unpackScopeBeforeExpiry(kind: TokenScope['kind'], fields: Fields): WithoutTail<TokenScope> {
  switch (kind) {
    case 'unscoped':
      return { kind }
    case 'domain':
      return { kind, domainId: fields.uuidOrText() }
    case 'system':
      return { kind, system: fields.text() }
    case 'project':
    case 'trust':
    case 'application_credential':
      return { kind, projectId: fields.id() }
    case 'oauth1':
      return { kind, projectId: fields.id(), accessTokenId: fields.id() }
    case 'oauth2':
      return { kind, projectId: fields.id(), domainId: fields.idOrNone() }
    case 'federated_unscoped':
      return { kind, ...unpackFederation(fields) }
    case 'federated_project':
      return { kind, projectId: fields.id(), ...unpackFederation(fields) }
    case 'federated_domain':
      return { kind, domainId: fields.id(), ...unpackFederation(fields) }
  }
}

function unpackFederation(fields: Fields): Federation {
  return { groupIds: fields.ids(), identityProviderId: fields.id(), protocolId: fields.text() }
}

export function packReceiptPayload({ userId, methods, expiresAt }: ReceiptPayload): Buffer {
  return packMessage([packId(userId), packMethods(methods), new Float(expiresAt / 1000)])
}

/** Throws InvalidTokenPayload for whatever is not a receipt's payload. */
export function unpackReceiptPayload(bytes: Uint8Array): ReceiptPayload {
  const fields = unpackFields(bytes)
  const receipt = { userId: fields.id(), methods: unpackMethods(fields.bits()), expiresAt: fields.time() }
  fields.end()
  return receipt
}

const KINDS = new Map<unknown, TokenScope['kind']>()
for (const kind of [
  'unscoped',
  'domain',
  'project',
  'trust',
  'federated_unscoped',
  'federated_project',
  'federated_domain',
  'oauth1',
  'system',
  'application_credential',
  'oauth2',
] as const) {
  KINDS.set(VERSIONS[kind], kind)
}

function kindOf(version: unknown): TokenScope['kind'] | undefined {
  return KINDS.get(version)
}

const UUID_HEX = /^[0-9a-f]{32}$/

function isUuid(id: string): boolean {
  return UUID_HEX.test(id)
}

/** An id as Keystone packs it: the sixteen bytes of a UUID, or the text of any other, and which of the two. */
function packId(id: string): Packable {
  return isUuid(id) ? [true, Buffer.from(id, 'hex')] : [false, id]
}

function packMethods(methods: readonly AuthMethod[]): number {
  let bits = 0
  for (const method of methods) bits |= 1 << AUTH_METHODS.indexOf(method)
  return bits
}

/** Each once, in the order in which Keystone lists the methods of a token it has read: from the highest bit down. */
export const inOrder = (methods: readonly AuthMethod[]): AuthMethod[] => unpackMethods(packMethods(methods))

function unpackMethods(bits: number): AuthMethod[] {
  return AUTH_METHODS.filter((_method, index) => (bits & (1 << index)) !== 0).reverse()
}
