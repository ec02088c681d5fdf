// Clients that carry SAML themselves (the profile ECP, which OpenStack's clients speak): they take a question to their identity provider
// and its answer back here, or (Keystone to Keystone) come with an answer that nobody has asked for.

import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { NS } from '#lib/saml/names.ts'
import { clientRequestOf } from '#lib/saml/request.ts'
import { signElement } from '#lib/saml/signature.ts'
import { seal, unseal } from '#lib/seal/seal.ts'
import { xmlText } from '#lib/xml/xml.ts'
import type { Ctx } from '#platform/context.ts'
import { isAttributes } from '../../attributes.ts'
import { getEnabledProvider } from '../../federation/operations/enter.ts'
import type { SamlSp, TrustedIdp } from './service-provider.ts'
import { openSession } from './session.ts'

export const PAOS_TYPE = 'application/vnd.paos+xml'

const PURPOSE = 'identity/saml-questions'
const LIFE_MS = 600_000
const COOKIE = 'haneul_saml'

/**
 * The question for a client that can carry one; undefined where it cannot, has a session, or another way leads in.
 * @throws notFound, forbidden where the provider is not there or disabled
 */
export async function askClient(
  ctx: Ctx,
  sp: SamlSp,
  idpId: string,
  protocolId: string,
  headers: IncomingHttpHeaders,
): Promise<string | undefined> {
  const carries = headers.accept?.includes(PAOS_TYPE) && String(headers['paos'] ?? '').includes(NS.paos)
  const idp = sp.idpAt(idpId, protocolId)
  if (!idp || !carries || sessionIn(headers.cookie) !== undefined) return undefined
  await getEnabledProvider(ctx, idpId)
  const id = `_${randomBytes(20).toString('hex')}`
  const relayState = seal(
    sp.masterKey,
    JSON.stringify({ id, entityId: idp.entityId, until: ctx.now + LIFE_MS }),
    PURPOSE,
  )
  const question = { id, issuer: sp.entityId, answerTo: sp.paosUrl, issuedAt: ctx.now }
  const asked = xmlText(clientRequestOf(question, relayState))
  return idp.signsRequests ? signElement(asked, 'AuthnRequest', await sp.signer(ctx)) : asked
}

/** Where a client that has brought an answer goes on, and the cookie that it has a session by. @throws unauthorized */
export async function takeAnswer(ctx: Ctx, sp: SamlSp, xml: string) {
  const { idp, session } = await openSession(ctx, sp, xml, sp.paosUrl, (assertion, idp, { relayState }) =>
    assertion.inResponseTo === undefined
      ? idp.unsolicited
      : wasAsked(ctx, sp, idp, assertion.inResponseTo, relayState ?? ''),
  )
  const place = `identity_providers/${encodeURIComponent(idp.idpId)}/protocols/${encodeURIComponent(idp.protocolId)}`
  const secure = sp.url.startsWith('https:') ? '; Secure' : ''
  return {
    location: `${sp.url}/v3/OS-FEDERATION/${place}/auth`,
    cookie: `${COOKIE}=${session}; Path=/; HttpOnly; SameSite=Lax${secure}`,
  }
}

/** Whether the client has brought back what it was sent away with, and from where it was sent to. */
function wasAsked(ctx: Ctx, sp: SamlSp, { entityId }: TrustedIdp, id: string, relayState: string): boolean {
  let asked: unknown
  try {
    asked = JSON.parse(unseal(sp.masterKey, relayState, PURPOSE))
  } catch {
    return false
  }
  return (
    isAttributes(asked) &&
    asked['id'] === id &&
    asked['entityId'] === entityId &&
    typeof asked['until'] === 'number' &&
    asked['until'] > ctx.now
  )
}

/** The session that a cookie names. */
export function sessionIn(cookies: string | undefined): string | undefined {
  const [, session] = new RegExp(`(?:^|; *)${COOKIE}=([\\w-]{43})(?:;|$)`).exec(cookies ?? '') ?? []
  return session
}
