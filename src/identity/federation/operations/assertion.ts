// What a provider says, under the names that Apache's modules give it: mappings written for Keystone behind mod_auth_openidc hold here too.

import type { IncomingMessage } from 'node:http'
import type { Claims } from '#lib/oidc/provider.ts'
import type { TrustedProxy } from '#platform/http/trusted-proxy.ts'
import { type Assertion, valuesOf } from '../../mappings/rules.ts'

const MOST_CLAIMS = 200
const MOST_VALUES = 1000
const MOST_LETTERS = 8190

/** What was said, and what the user is called where the mapping does not say. */
export type Said = { readonly assertion: Assertion; readonly remoteUser: string | undefined }

/** The claims of OpenID Connect; undefined: more than anybody needs. */
export function assertionOf(claims: Claims): Said | undefined {
  const entries = Object.entries(claims)
  if (entries.length > MOST_CLAIMS) return undefined
  const assertion: Record<string, readonly string[]> = {}
  for (const [name, claim] of entries) {
    const values = textsOf(claim)
    if (values.length > MOST_VALUES || values.join(';').length > MOST_LETTERS || name.length > 255) return undefined
    if (values.length === 0) continue
    const header = name.toUpperCase().replace(/[^A-Z0-9]/g, '_')
    for (const key of [`OIDC-${name}`, `OIDC_CLAIM_${name}`, `HTTP_OIDC_${header}`]) assertion[key] = values
  }
  const { sub } = claims
  if (typeof sub === 'string') assertion['REMOTE_USER'] = [sub]
  return { assertion, remoteUser: typeof sub === 'string' ? sub : undefined }
}

/** Where mod_shib says what an identity provider of SAML calls itself. */
export const SAML_ISSUER = 'Shib-Identity-Provider'

/** The attributes of SAML, as mod_shib and mod_auth_mellon name them; undefined: more than anybody needs. */
export function assertionOfSaml(
  issuer: string,
  nameId: string | undefined,
  attributes: Iterable<readonly [string, readonly string[]]>,
): Said | undefined {
  const assertion: Record<string, readonly string[]> = {}
  for (const [name, values] of attributes) {
    if (values.length > MOST_VALUES || values.join(';').length > MOST_LETTERS || name.length > 255) return undefined
    for (const key of [name, `MELLON_${name}`]) assertion[key] = values
  }
  // Behind the attributes: none of them passes for these.
  for (const key of [SAML_ISSUER, 'HTTP_SHIB_IDENTITY_PROVIDER', 'MELLON_IDP']) assertion[key] = [issuer]
  delete assertion['REMOTE_USER']
  if (nameId) assertion['REMOTE_USER'] = [nameId]
  return { assertion, remoteUser: nameId }
}

/** A text is split as Keystone splits it; the items of a list stay whole. */
function textsOf(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return claim === '' ? [] : valuesOf(claim)
  if (Array.isArray(claim)) return claim.flatMap((item: unknown) => oneOf(item) ?? [])
  return [oneOf(claim) ?? []].flat()
}

function oneOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'number') return String(value)
  return value === null || value === undefined ? undefined : JSON.stringify(value)
}

/** The headers of the proxy as WSGI names them: `Oidc-Iss` is `HTTP_OIDC_ISS`. */
export function assertionOfHeaders({ headers }: IncomingMessage, { header_prefix: prefix }: TrustedProxy): Said {
  const assertion: Record<string, readonly string[]> = {}
  for (const [name, value] of Object.entries(headers)) {
    // A name with `_` would pass for another that the proxy takes care of.
    const told = name.startsWith(prefix.toLowerCase()) || name === 'x-remote-user'
    if (typeof value !== 'string' || !told || name.includes('_') || value === '') continue
    const key = name === 'x-remote-user' ? 'REMOTE_USER' : `HTTP_${name.toUpperCase().replaceAll('-', '_')}`
    assertion[key] = valuesOf(utf8Of(value))
  }
  return { assertion, remoteUser: assertion['REMOTE_USER']?.join(';') }
}

/** Headers arrive as Latin-1, though they are mostly UTF-8. */
function utf8Of(header: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(header, 'latin1'))
  } catch {
    return header
  }
}
