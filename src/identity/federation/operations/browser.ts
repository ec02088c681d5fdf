// The providers that a browser can log in at: where it is sent, and whose token it gets when it comes back.

import { createHash } from 'node:crypto'
import { redirectOf } from '#lib/saml/request.ts'
import type { Ctx } from '#platform/context.ts'
import { notAuthenticated } from '../../errors.ts'
import { takeSession } from '../../saml/operations/session.ts'
import type { Issued } from '../../tokens/operations/issue.ts'
import { asking, type Federations, issueForClaims, issueForSession } from './login.ts'

/** What goes with the browser. */
export type Errand = {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly origin: string
  readonly idpId: string
  readonly protocolId: string
  readonly redirectUri: string
  readonly until: number
}

export type BrowserDoor = {
  /** What the provider calls itself. */
  readonly issuer: string
  /** Where the browser goes. @throws unavailable */
  readonly locationOf: (ctx: Ctx, errand: Errand) => Promise<string>
  /** The token of whom the code stands for that it comes back with. @throws unauthorized, unavailable */
  readonly redeem: (ctx: Ctx, code: string, errand: Errand) => Promise<Issued>
}

/** Undefined: browsers cannot log in that way. */
export const browserDoor = (federations: Federations, idpId: string, protocolId: string): BrowserDoor | undefined =>
  oidcDoor(federations, idpId, protocolId) ?? samlDoor(federations, idpId, protocolId)

function oidcDoor(federations: Federations, idpId: string, protocolId: string): BrowserDoor | undefined {
  const provider = federations.providerOf(idpId, protocolId)
  if (!provider) return undefined
  return {
    issuer: provider.issuer,
    locationOf: (ctx, errand) => {
      const challenge = createHash('sha256').update(errand.verifier).digest('base64url')
      return asking(ctx, () => provider.authorizationUrl({ ...errand, challenge }, ctx.now))
    },
    redeem: async (ctx, code, errand) => {
      const claims = await asking(ctx, () => provider.redeem(code, errand, ctx.now))
      return issueForClaims(ctx, federations, idpId, protocolId, claims)
    },
  }
}

/** The id of SAML's question is the nonce; the code is the session that the answer has opened. */
function samlDoor(federations: Federations, idpId: string, protocolId: string): BrowserDoor | undefined {
  const { saml } = federations
  const idp = saml.idpAt(idpId, protocolId)
  const ssoUrl = idp?.ssoUrl
  if (!idp || !ssoUrl) return undefined
  const questionId = ({ nonce }: Errand): string => `_${nonce}`
  return {
    issuer: idp.entityId,
    locationOf: async (ctx, errand) => {
      const question = { issuer: saml.entityId, answerTo: saml.postUrl, issuedAt: ctx.now }
      const signer = idp.signsRequests ? await saml.signer(ctx) : undefined
      return redirectOf({ ...question, id: questionId(errand) }, ssoUrl, errand.state, signer)
    },
    redeem: async (ctx, code, errand) => {
      const session = await takeSession(ctx, saml, code)
      if (session?.inResponseTo !== questionId(errand)) throw notAuthenticated(ctx.baseUrl)
      return issueForSession(ctx, federations, idpId, protocolId, session)
    },
  }
}
