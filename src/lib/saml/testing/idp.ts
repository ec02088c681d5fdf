// An identity provider of SAML whose users are made up: what it says can be as wrong as a test wants it.

import { SignedXml } from 'xml-crypto'
import { createSelfSigned, type SelfSigned } from '#lib/self-signed/self-signed.ts'

export type Saying = {
  readonly issuer: string
  readonly recipient: string
  readonly audience?: string | undefined
  readonly inResponseTo?: string | undefined
  readonly user?: string
  readonly groups?: readonly string[]
  readonly id?: string
  /** Milliseconds since 1970, and from then on. */
  readonly now: number
  readonly lifeMs?: number
  readonly status?: string
  /** Further conditions, as XML. */
  readonly conditions?: string
}

export type Signing = {
  readonly element?: 'Assertion' | 'Response'
  readonly signature?: string
  readonly digest?: string
}

const date = (ms: number) => new Date(ms).toISOString()
let count = 0

/** The answer of an identity provider, not signed yet. */
export function answerOf(saying: Saying): string {
  const { issuer, recipient, audience, inResponseTo, user = 'kim', groups = ['developers'], now } = saying
  const { id = `_a${++count}`, lifeMs = 60_000, status = 'Success', conditions = '' } = saying
  const asked = inResponseTo === undefined ? '' : ` InResponseTo="${inResponseTo}"`
  const restriction =
    audience === undefined
      ? ''
      : `<saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction>`
  const values = groups.map((group) => `<saml:AttributeValue>${group}</saml:AttributeValue>`).join('')
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}r" Version="2.0" IssueInstant="${date(now)}" Destination="${recipient}"${asked}><saml:Issuer>${issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${status}"/></samlp:Status><saml:Assertion ID="${id}" Version="2.0" IssueInstant="${date(now)}"><saml:Issuer>${issuer}</saml:Issuer><saml:Subject><saml:NameID>${user}@example.org</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${date(now + lifeMs)}" Recipient="${recipient}"${asked}/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${date(now - 1000)}" NotOnOrAfter="${date(now + lifeMs)}">${restriction}${conditions}</saml:Conditions><saml:AuthnStatement AuthnInstant="${date(now)}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="urn:oid:0.9.2342.19200300.100.1.1" FriendlyName="uid"><saml:AttributeValue>${user}</saml:AttributeValue></saml:Attribute><saml:Attribute Name="groups">${values}</saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>`
}

/** The same document with one element of it signed. */
export function signed(xml: string, { privateKey, certificate }: SelfSigned, signing: Signing = {}): string {
  const { element = 'Assertion', signature = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256' } = signing
  const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
  const signer = new SignedXml({
    privateKey,
    publicCert: certificate,
    signatureAlgorithm: signature,
    canonicalizationAlgorithm: exclusive,
    idAttribute: 'ID',
  })
  signer.addReference({
    xpath: `//*[local-name()='${element}']`,
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', exclusive],
    digestAlgorithm: signing.digest ?? 'http://www.w3.org/2001/04/xmlenc#sha256',
  })
  const reference = `//*[local-name()='${element}']/*[local-name()='Issuer']`
  signer.computeSignature(xml, { prefix: 'ds', location: { reference, action: 'after' } })
  return signer.getSignedXml()
}

export const createIdpKey = (name: string, now: number): SelfSigned => createSelfSigned(name, now, 1)

/** The envelope in which an enhanced client carries an answer. */
export const enveloped = (answer: string, relayState: string): string =>
  `<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Header><ecp:RelayState xmlns:ecp="urn:oasis:names:tc:SAML:2.0:profiles:SSO:ecp">${relayState}</ecp:RelayState></S:Header><S:Body>${answer}</S:Body></S:Envelope>`
