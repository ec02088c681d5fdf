// Keystone's JWS tokens (keystone/token/providers/jws): what a Fernet token's payload says, as claims that anybody can read.

import { AUTH_METHODS, type AuthMethod, type TokenPayload, type TokenScope } from './payloads.ts'
import { InvalidTokenPayload } from './payload-fields.ts'

type Claims = Readonly<Record<string, unknown>>

/** Claims in Keystone's order. `issuedAt` is in seconds; what does not apply is left out. */
export function claimsOf({ userId, methods, expiresAt, auditIds, scope }: TokenPayload, issuedAt: number): Claims {
  const has = (name: string): unknown => Reflect.get(scope, name)
  const groups = 'groupIds' in scope ? scope.groupIds.map((id) => ({ id })) : undefined
  const claims = {
    sub: userId,
    iat: issuedAt,
    exp: Math.floor(expiresAt / 1000),
    openstack_methods: methods,
    openstack_audit_ids: auditIds,
    openstack_system: has('system'),
    openstack_domain_id: has('domainId') ?? undefined,
    openstack_project_id: has('projectId') || undefined,
    openstack_trust_id: has('trustId'),
    openstack_group_ids: groups,
    openstack_idp_id: has('identityProviderId'),
    openstack_protocol_id: has('protocolId'),
    openstack_access_token_id: has('accessTokenId'),
    openstack_app_cred_id: has('applicationCredentialId'),
    openstack_thumbprint: has('thumbprint'),
  }
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
}

/** @throws InvalidTokenPayload where the claims are not those of a token */
export function payloadOf(claims: Claims): { readonly payload: TokenPayload; readonly issuedAt: number } {
  const payload: TokenPayload = {
    userId: textOf(claims, 'sub'),
    methods: textsOf(claims, 'openstack_methods').map(methodOf),
    expiresAt: secondsOf(claims, 'exp') * 1000,
    auditIds: textsOf(claims, 'openstack_audit_ids'),
    scope: scopeOf(claims),
  }
  return { payload, issuedAt: secondsOf(claims, 'iat') }
}

function scopeOf(claims: Claims): TokenScope {
  const has = (name: string): boolean => claims[name] !== undefined && claims[name] !== null
  const project = () => textOf(claims, 'openstack_project_id')
  if (has('openstack_thumbprint')) {
    const domainId = has('openstack_domain_id') ? textOf(claims, 'openstack_domain_id') : null
    return { kind: 'oauth2', projectId: project(), domainId, thumbprint: textOf(claims, 'openstack_thumbprint') }
  }
  if (has('openstack_app_cred_id')) {
    const applicationCredentialId = textOf(claims, 'openstack_app_cred_id')
    return { kind: 'application_credential', projectId: project(), applicationCredentialId }
  }
  if (has('openstack_access_token_id')) {
    return { kind: 'oauth1', projectId: project(), accessTokenId: textOf(claims, 'openstack_access_token_id') }
  }
  if (has('openstack_trust_id')) {
    const trustId = textOf(claims, 'openstack_trust_id')
    return { kind: 'trust', projectId: has('openstack_project_id') ? project() : '', trustId }
  }
  if (has('openstack_idp_id')) {
    const federation = {
      groupIds: groupsOf(claims['openstack_group_ids']),
      identityProviderId: textOf(claims, 'openstack_idp_id'),
      protocolId: textOf(claims, 'openstack_protocol_id'),
    }
    if (has('openstack_project_id')) return { kind: 'federated_project', projectId: project(), ...federation }
    if (!has('openstack_domain_id')) return { kind: 'federated_unscoped', ...federation }
    return { kind: 'federated_domain', domainId: textOf(claims, 'openstack_domain_id'), ...federation }
  }
  if (has('openstack_system')) return { kind: 'system', system: textOf(claims, 'openstack_system') }
  if (has('openstack_domain_id')) return { kind: 'domain', domainId: textOf(claims, 'openstack_domain_id') }
  return has('openstack_project_id') ? { kind: 'project', projectId: project() } : { kind: 'unscoped' }
}

function textOf(claims: Claims, name: string): string {
  const value = claims[name]
  if (typeof value !== 'string' || value === '') throw new InvalidTokenPayload(`no ${name}`)
  return value
}

function secondsOf(claims: Claims, name: string): number {
  const value = claims[name]
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new InvalidTokenPayload(`no ${name}`)
  return value
}

function textsOf(claims: Claims, name: string): string[] {
  const value = claims[name]
  if (!Array.isArray(value)) throw new InvalidTokenPayload(`no ${name}`)
  return value.map((each: unknown) => {
    if (typeof each !== 'string') throw new InvalidTokenPayload(`no ${name}`)
    return each
  })
}

function groupsOf(value: unknown): string[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((group: unknown) => {
    const id: unknown = typeof group === 'object' && group !== null && 'id' in group ? group.id : group
    return typeof id === 'string' ? [id] : []
  })
}

function methodOf(name: string): AuthMethod {
  const method = AUTH_METHODS.find((each) => each === name)
  if (method === undefined) throw new InvalidTokenPayload('an unknown method')
  return method
}
