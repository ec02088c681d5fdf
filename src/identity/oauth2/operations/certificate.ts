// Tokens for the certificate of a client (RFC 8705): the proxy in front has checked the certificate, a mapping says whose it is, and the token
// names its thumbprint, so that who is shown both can see that they belong together.

import type { X509Certificate } from 'node:crypto'
import { readCertificate, thumbprintOf } from '#platform/auth/client-certificate.ts'
import type { Settings } from '#platform/config.ts'
import type { Ctx } from '#platform/context.ts'
import { CloudError } from '#platform/errors.ts'
import { rulesOf } from '../../mappings/grammar.ts'
import { applyMapping, type Assertion, type MappedUser, valuesOf } from '../../mappings/rules.ts'
import { findMapping } from '../../mappings/store.ts'
import { findProject } from '../../projects/store.ts'
import { grant } from '../../tokens/operations/authenticate.ts'
import type { Issued } from '../../tokens/operations/issue.ts'
import type { Logins } from '../../tokens/operations/methods.ts'
import { findUser, type User } from '../../users/store.ts'

export type Certificates = Pick<Settings, 'federation' | 'oauth2'>

/** The token of a user by a certificate; undefined where the certificate is not the user's. */
export async function grantByCertificate(
  ctx: Ctx,
  logins: Logins,
  { oauth2 }: Certificates,
  clientId: string,
  header: string,
): Promise<Issued | undefined> {
  const certificate = readCertificate(header, ctx.now)
  const names = certificate && namesIn(certificate)
  const user = names && (await findUser(ctx, clientId))
  const projectId = user?.defaultProjectId
  if (!user || !projectId || !(await isOf(ctx, oauth2.certificate_mapping, names, user))) return undefined
  const thumbprint = thumbprintOf(certificate)
  const login = { userId: user.id, methods: ['oauth2_credential'] as const }
  const issued = await grant(ctx, logins, login, { kind: 'oauth2', projectId, domainId: null, thumbprint })
  return 'required' in issued ? undefined : issued
}

/** Subject and issuer as Keystone names their parts: `SSL_CLIENT_SUBJECT_DN_CN`. Undefined: parts that cannot be told apart. */
function namesIn({ subject, issuer }: X509Certificate): Assertion | undefined {
  const names: Record<string, readonly string[]> = {}
  for (const [whose, text] of [
    ['SUBJECT', subject],
    ['ISSUER', issuer],
  ] as const) {
    for (const line of text.split('\n')) {
      const [name, value, ...more] = line.split('=')
      if (!name || value === undefined || more.length > 0) return undefined
      names[`SSL_CLIENT_${whose}_DN_${name.toUpperCase()}`] = valuesOf(value)
    }
  }
  return names
}

/** Whether all that the mapping makes of the names is the user's. */
async function isOf(ctx: Ctx, mappingId: string, names: Assertion, user: User): Promise<boolean> {
  const mapping = await findMapping(ctx, mappingId)
  const domain = await findProject(ctx, user.domainId)
  if (!mapping || !domain) return false
  let mapped: MappedUser
  try {
    // Whatever the mapping's version: this was made for the first.
    mapped = applyMapping(rulesOf(mapping.schema_version, mapping.rules), '1.0', names).user
  } catch (error) {
    if (!(error instanceof CloudError)) throw error
    ctx.log.info({ mapping: mappingId, reason: error.message }, 'a certificate was mapped to nobody')
    return false
  }
  const { id, name, email, domain: home } = mapped
  const same = [
    [name, user.name],
    [id, user.id],
    [email, user.extra['email']],
    [home?.id, domain.id],
    [home?.name, domain.name],
  ] as const
  // A mapping that names nobody would make every certificate everybody's.
  return (Boolean(name) || Boolean(id) || Boolean(email)) && same.every(([said, is]) => !said || said === is)
}
