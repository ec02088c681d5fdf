import type { Caller } from '#platform/auth/caller.ts'
import { isoMicros } from '#platform/clock.ts'
import type { TokenPayload } from '../payloads.ts'
import type { Authority } from './describe.ts'

/** A token that is good, and what it says. */
export type Entry = {
  readonly payload: TokenPayload
  /** Seconds since 1970. */
  readonly issuedAt: number
  readonly authority: Authority
  readonly caller: Caller
  /** Body before the user, and between user and scope. */
  readonly head: string
  readonly dates: string
  readonly epoch: number
  readonly readAt: number
}

/** `{"token": {…}}` as Keystone writes it. */
export function bodyOf({ head, dates, authority }: Entry, withCatalog: boolean): string {
  const { userJson, scopeJson, catalogJson, serviceProvidersJson } = authority
  const catalog = withCatalog && catalogJson !== null ? `,"catalog":${catalogJson}` : ''
  const providers = serviceProvidersJson === null ? '' : `,"service_providers":${serviceProvidersJson}`
  return `${head}${userJson}${dates}${scopeJson}${catalog}${providers}}}`
}

/** Puts together what a token says, with the parts of its body rendered once. */
export function createEntry(
  id: string,
  payload: TokenPayload,
  issuedAt: number,
  authority: Authority,
  read: Pick<Entry, 'epoch' | 'readAt'>,
): Entry {
  const { user, userDomain, project, projectDomain, domain, system, roles, delegation } = authority
  const { methods, auditIds, expiresAt } = payload
  const expiry = isoMicros(expiresAt)
  return {
    ...read,
    payload,
    issuedAt,
    authority,
    head: `{"token":{"methods":${JSON.stringify(methods)},"user":`,
    dates: `,"audit_ids":${JSON.stringify(auditIds)},"expires_at":"${expiry}","issued_at":"${isoMicros(issuedAt * 1000)}"`,
    caller: {
      userId: user.id,
      userName: user.name,
      userDomainId: userDomain.id,
      userDomainName: userDomain.name,
      projectId: project?.id ?? null,
      projectName: project?.name ?? null,
      projectDomainId: projectDomain?.id ?? null,
      projectDomainName: projectDomain?.name ?? null,
      domainId: domain?.id ?? null,
      domainName: domain?.name ?? null,
      systemScope: system ? 'all' : null,
      roles: roles.map(({ name }) => name),
      serviceRoles: [],
      token: { id, methods, auditIds, expiresAt, issuedAt: issuedAt * 1000, delegation },
    },
  }
}
