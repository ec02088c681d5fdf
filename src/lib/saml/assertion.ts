// What an identity provider says of a user, unasked: the answer that Keystone gives for another cloud (keystone/federation/idp.py).

import { element, type XmlElement } from '#lib/xml/xml.ts'
import { BEARER, ENTITY_FORMAT, instant, NEXT_ACTOR, NS, PASSWORD_CONTEXT, SUCCESS } from './names.ts'

export type Statement = {
  /** Ids of the answer, the assertion and the session, each used once. */
  readonly responseId: string
  readonly assertionId: string
  readonly sessionIndex: string
  readonly issuer: string
  /** URL of who may read it. */
  readonly recipient: string
  readonly subject: string
  readonly attributes: Readonly<Record<string, readonly string[]>>
  /** Milliseconds since 1970. */
  readonly issuedAt: number
  readonly expiresAt: number
}

/** The answer with the assertion in it, not signed yet. */
export function responseOf(statement: Statement): XmlElement {
  const { responseId, recipient, issuedAt } = statement
  return element(
    'samlp:Response',
    {
      'xmlns:samlp': NS.samlp,
      'xmlns:saml': NS.saml,
      ID: responseId,
      Version: '2.0',
      IssueInstant: instant(issuedAt),
      Destination: recipient,
    },
    issuerOf(statement),
    element('samlp:Status', {}, element('samlp:StatusCode', { Value: SUCCESS })),
    assertionOf(statement),
  )
}

const issuerOf = ({ issuer }: Statement) => element('saml:Issuer', { Format: ENTITY_FORMAT }, issuer)

function assertionOf(statement: Statement): XmlElement {
  const { assertionId, issuer, recipient, subject, sessionIndex, attributes, issuedAt } = statement
  const expiresAt = new Date(statement.expiresAt).toISOString()
  const confirmation = element('saml:SubjectConfirmationData', { NotOnOrAfter: expiresAt, Recipient: recipient })
  return element(
    'saml:Assertion',
    {
      'xmlns:saml': NS.saml,
      'xmlns:xs': NS.xs,
      'xmlns:xsi': NS.xsi,
      ID: assertionId,
      Version: '2.0',
      IssueInstant: instant(issuedAt),
    },
    issuerOf(statement),
    element(
      'saml:Subject',
      {},
      element('saml:NameID', {}, subject),
      element('saml:SubjectConfirmation', { Method: BEARER }, confirmation),
    ),
    element(
      'saml:AuthnStatement',
      { AuthnInstant: instant(issuedAt), SessionIndex: sessionIndex, SessionNotOnOrAfter: expiresAt },
      element(
        'saml:AuthnContext',
        {},
        element('saml:AuthnContextClassRef', {}, PASSWORD_CONTEXT),
        element('saml:AuthenticatingAuthority', {}, issuer),
      ),
    ),
    element('saml:AttributeStatement', {}, ...Object.entries(attributes).map(attributeOf)),
  )
}

const attributeOf = ([name, values]: readonly [string, readonly string[]]) =>
  element(
    'saml:Attribute',
    { Name: name },
    ...values.map((value) => element('saml:AttributeValue', { 'xsi:type': 'xs:string' }, value)),
  )

/** An answer in the envelope that enhanced clients carry to the service provider. */
export const envelopeOf = (response: XmlElement, relayState: string): XmlElement =>
  element(
    'soap:Envelope',
    { 'xmlns:soap': NS.soap },
    element(
      'soap:Header',
      {},
      element(
        'ecp:RelayState',
        { 'xmlns:ecp': NS.ecp, 'soap:actor': NEXT_ACTOR, 'soap:mustUnderstand': 1 },
        relayState,
      ),
    ),
    element('soap:Body', {}, response),
  )
