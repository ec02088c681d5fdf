import type { Caller } from '#platform/auth/caller.ts'
import { isoMicros } from '#platform/clock.ts'
import type { TokenPayload } from '../payloads.ts'
import type { Authority } from './describe.ts'

/** A token that is good. What it says is put together when it is asked for: tens of thousands are known at once. */
export type Entry = {
  readonly id: string
  readonly payload: TokenPayload
  /** Seconds since 1970. */
  readonly issuedAt: number
  readonly authority: Authority
  readonly epoch: number
  readonly readAt: number
}

/** `{"token": {…}}` as Keystone writes it. */
export function bodyOf(
  { payload, issuedAt, authority }: Entry,
  withCatalog: boolean,
  methods: readonly string[] = payload.methods,
): string {
  const { userJson, scopeJson, catalogJson, serviceProvidersJson } = authority
  const catalog = withCatalog && catalogJson !== null ? `,"catalog":${catalogJson}` : ''
  const providers = serviceProvidersJson === null ? '' : `,"service_providers":${serviceProvidersJson}`
  const dates = `"expires_at":"${isoMicros(payload.expiresAt)}","issued_at":"${isoMicros(issuedAt * 1000)}"`
  const own = `"audit_ids":${JSON.stringify(payload.auditIds)},${dates}`
  return `{"token":{"methods":${JSON.stringify(methods)},"user":${userJson},${own}${scopeJson}${catalog}${providers}}}`
}

/** Who makes a request with the token. */
export function callerOf({ id, payload, issuedAt, authority }: Entry): Caller {
  const { methods, auditIds, expiresAt, scope } = payload
  const { delegation } = authority
  const thumbprint = scope.kind === 'oauth2' ? scope.thumbprint : null
  const token = { id, methods, auditIds, expiresAt, issuedAt: issuedAt * 1000, delegation, thumbprint }
  return { ...authority.caller, token }
}
