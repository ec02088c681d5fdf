// A service provider asks: for a browser that goes to the identity provider itself, or for a client that carries the question there.

import { sign } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { element, type XmlElement, xmlText } from '#lib/xml/xml.ts'
import { BINDING, instant, NEXT_ACTOR, NS } from './names.ts'
import { RSA_SHA256, type Signer } from './signature.ts'

export type Question = {
  readonly id: string
  /** Name of the service provider. */
  readonly issuer: string
  /** URL that the answer is to come to. */
  readonly answerTo: string
  /** Milliseconds since 1970. */
  readonly issuedAt: number
}

const requestOf = (question: Question, binding: string, destination?: string): XmlElement =>
  element(
    'samlp:AuthnRequest',
    {
      'xmlns:samlp': NS.samlp,
      'xmlns:saml': NS.saml,
      ID: question.id,
      Version: '2.0',
      IssueInstant: instant(question.issuedAt),
      Destination: destination,
      AssertionConsumerServiceURL: question.answerTo,
      ProtocolBinding: binding,
    },
    element('saml:Issuer', {}, question.issuer),
    element('samlp:NameIDPolicy', { AllowCreate: 'true' }),
  )

/** Where a browser takes the question to: the binding by redirects, in which the query itself is what is signed. */
export function redirectOf(question: Question, ssoUrl: string, relayState: string, signer?: Signer): string {
  const request = xmlText(requestOf(question, BINDING.post, ssoUrl))
  const asked = queryOf({
    SAMLRequest: deflateRawSync(request).toString('base64'),
    RelayState: relayState,
    ...(signer ? { SigAlg: RSA_SHA256 } : {}),
  })
  const signature = signer && sign('sha256', Buffer.from(asked), signer.privateKey).toString('base64')
  const query = signature === undefined ? asked : `${asked}&${queryOf({ Signature: signature })}`
  const url = new URL(ssoUrl)
  url.search = url.search === '' ? query : `${url.search}&${query}`
  return url.href
}

const queryOf = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')

/** The question for an enhanced client (ECP): the header is for it, the body for the identity provider. */
export const clientRequestOf = (question: Question, relayState: string): XmlElement =>
  element(
    'soap:Envelope',
    { 'xmlns:soap': NS.soap },
    element(
      'soap:Header',
      {},
      element('paos:Request', {
        'xmlns:paos': NS.paos,
        'soap:actor': NEXT_ACTOR,
        'soap:mustUnderstand': 1,
        responseConsumerURL: question.answerTo,
        service: NS.ecp,
      }),
      element(
        'ecp:Request',
        {
          'xmlns:ecp': NS.ecp,
          'xmlns:saml': NS.saml,
          'soap:actor': NEXT_ACTOR,
          'soap:mustUnderstand': 1,
          IsPassive: 0,
        },
        element('saml:Issuer', {}, question.issuer),
      ),
      element(
        'ecp:RelayState',
        { 'xmlns:ecp': NS.ecp, 'soap:actor': NEXT_ACTOR, 'soap:mustUnderstand': 1 },
        relayState,
      ),
    ),
    element('soap:Body', {}, requestOf(question, BINDING.paos)),
  )
