// A service provider asks: for a browser that goes to the identity provider itself, or for a client that carries the question there.

import { deflateRawSync } from 'node:zlib'
import { element, type XmlElement, xmlText } from '#lib/xml/xml.ts'
import { BINDING, instant, NEXT_ACTOR, NS } from './names.ts'

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

/** Where a browser takes the question to: the binding by redirects. */
export function redirectOf(question: Question, ssoUrl: string, relayState: string): string {
  const url = new URL(ssoUrl)
  const request = xmlText(requestOf(question, BINDING.post, ssoUrl))
  url.searchParams.set('SAMLRequest', deflateRawSync(request).toString('base64'))
  url.searchParams.set('RelayState', relayState)
  return url.href
}

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
