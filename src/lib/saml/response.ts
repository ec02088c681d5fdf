// The answer of an identity provider, as a service provider reads it: what is believed is what the signature covers, and only here and now.

import {
  attributeOf,
  childrenOf,
  type Element,
  elementsOf,
  isNamed,
  optionalChild,
  readXml,
  SamlRefusal,
  textOf,
  theChild,
} from './document.ts'
import { decryptAssertion } from './encryption.ts'
import { BEARER, NS, SUCCESS } from './names.ts'
import { readSigned, type Trusted } from './signature.ts'

/** A document with an answer in it, nothing of it believed yet. */
export type Received = {
  readonly xml: string
  readonly response: Element
  /** Who says to have written it. */
  readonly claimedIssuer: string
  readonly isEncrypted: boolean
  /** What the envelope brings back, where there is one. */
  readonly relayState: string | undefined
}

/** Who may have written an answer, and for whom it must be. */
export type Expected = Trusted & {
  readonly issuer: string
  /** Name of this service provider. */
  readonly audience: string
  /** URL that it came to. */
  readonly recipient: string
  /** Key (PEM) for what is encrypted; undefined: nothing of that kind is taken. */
  readonly privateKey?: string | undefined
  /** Whether it may come unasked, and then without an audience: as Keystone sends it to other clouds. */
  readonly unsolicited: boolean
  /** Milliseconds since 1970. */
  readonly now: number
}

/** What an identity provider says of a user. */
export type Assertion = {
  readonly id: string
  readonly issuer: string
  readonly nameId: string | undefined
  /** Id of the request that it answers; undefined: nobody has asked. */
  readonly inResponseTo: string | undefined
  /** Name and, where it has one, friendly name of each attribute, with the values. */
  readonly attributes: ReadonlyMap<string, readonly string[]>
  /** Milliseconds since 1970 until which it could be shown again. */
  readonly endsAt: number
}

const SKEW_MS = 60_000
const MOST_ATTRIBUTES = 500

/** Finds the answer in a document, alone or in a SOAP envelope. @throws SamlRefusal */
export function receive(xml: string): Received {
  const root = readXml(xml)
  const enveloped = isNamed(root, NS.soap, 'Envelope')
  const response = enveloped ? theChild(theChild(root, NS.soap, 'Body'), NS.samlp, 'Response') : root
  if (!isNamed(response, NS.samlp, 'Response')) throw new SamlRefusal('no Response')
  const isEncrypted = optionalChild(response, NS.saml, 'EncryptedAssertion') !== undefined
  const assertion = optionalChild(response, NS.saml, 'Assertion')
  if (isEncrypted === (assertion !== undefined)) throw new SamlRefusal('not one assertion')
  const header = enveloped ? optionalChild(root, NS.soap, 'Header') : undefined
  const relayState = header && optionalChild(header, NS.ecp, 'RelayState')
  return {
    xml,
    response,
    // What is encrypted cannot say it yet: the answer does.
    claimedIssuer: textOf(theChild(assertion ?? response, NS.saml, 'Issuer')),
    isEncrypted,
    relayState: relayState && textOf(relayState),
  }
}

/** What an answer says. @throws SamlRefusal */
export function readAssertion(received: Received, expected: Expected): Assertion {
  const { response } = received
  checkResponse(response, expected)
  const assertion = received.isEncrypted ? openedIn(received, expected) : signedIn(received, expected)
  const id = attributeOf(assertion, 'ID')
  const issuer = textOf(theChild(assertion, NS.saml, 'Issuer'))
  if (!id || attributeOf(assertion, 'Version') !== '2.0') throw new SamlRefusal('not an assertion of SAML 2.0')
  if (issuer !== expected.issuer) throw new SamlRefusal('another issuer')
  if (timeOf(assertion, 'IssueInstant') > expected.now + SKEW_MS) throw new SamlRefusal('of a time to come')
  const subject = theChild(assertion, NS.saml, 'Subject')
  const confirmed = confirm(subject, expected)
  const conditions = optionalChild(assertion, NS.saml, 'Conditions')
  checkConditions(conditions, expected, confirmed.inResponseTo === undefined && expected.unsolicited)
  checkSession(assertion, expected.now)
  const asked = attributeOf(response, 'InResponseTo')
  if (asked !== undefined && asked !== confirmed.inResponseTo) throw new SamlRefusal('the answer to another question')
  const nameId = optionalChild(subject, NS.saml, 'NameID')
  return {
    id,
    issuer,
    nameId: nameId && textOf(nameId),
    inResponseTo: confirmed.inResponseTo,
    attributes: attributesOf(assertion),
    endsAt: confirmed.endsAt + SKEW_MS,
  }
}

const hasSignature = (element: Element): boolean => childrenOf(element, NS.ds, 'Signature').length > 0

/** The assertion as a signature covers it, its own or that of the answer. */
function signedIn({ xml, response }: Received, expected: Expected): Element {
  const unsigned = theChild(response, NS.saml, 'Assertion')
  return hasSignature(unsigned)
    ? readSigned(xml, unsigned, expected)
    : theChild(readSigned(xml, response, expected), NS.saml, 'Assertion')
}

/** The encrypted assertion: what is around it is checked first where it is signed, and what is in it where that is. */
function openedIn({ xml, response }: Received, expected: Expected): Element {
  if (expected.privateKey === undefined) throw new SamlRefusal('there is no key for what is encrypted')
  const whole = hasSignature(response) ? readSigned(xml, response, expected) : undefined
  const encrypted = theChild(whole ?? response, NS.saml, 'EncryptedAssertion')
  const opened = decryptAssertion(encrypted, expected.privateKey, whole !== undefined)
  if (hasSignature(opened.assertion)) return readSigned(opened.xml, opened.assertion, expected)
  if (!whole) throw new SamlRefusal('there is no Signature, around it or in it')
  return opened.assertion
}

/** What is around the assertion need not be signed; it must not say otherwise all the same. */
function checkResponse(response: Element, { issuer, recipient }: Expected): void {
  const said = optionalChild(response, NS.saml, 'Issuer')
  const destination = attributeOf(response, 'Destination')
  const code = theChild(theChild(response, NS.samlp, 'Status'), NS.samlp, 'StatusCode')
  if (attributeOf(code, 'Value') !== SUCCESS) throw new SamlRefusal('the identity provider says no')
  if (said && textOf(said) !== issuer) throw new SamlRefusal('the answer of another issuer')
  if (destination !== undefined && destination !== recipient) throw new SamlRefusal('sent to somebody else')
}

/** Whoever brings it may have it: until when, and whether it answers a question. */
function confirm(subject: Element, { recipient, now, unsolicited }: Expected) {
  for (const confirmation of childrenOf(subject, NS.saml, 'SubjectConfirmation')) {
    const data = optionalChild(confirmation, NS.saml, 'SubjectConfirmationData')
    if (!data || attributeOf(confirmation, 'Method') !== BEARER || attributeOf(data, 'Recipient') !== recipient)
      continue
    const endsAt = timeOf(data, 'NotOnOrAfter')
    const early = attributeOf(data, 'NotBefore') !== undefined && timeOf(data, 'NotBefore') > now + SKEW_MS
    const inResponseTo = attributeOf(data, 'InResponseTo')
    if (early || endsAt <= now - SKEW_MS) continue
    if (inResponseTo === undefined && !unsolicited) throw new SamlRefusal('nobody has asked')
    return { endsAt, inResponseTo }
  }
  throw new SamlRefusal('not for this place, or not for now')
}

const KNOWN_CONDITIONS = new Set(['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'])

function checkConditions(conditions: Element | undefined, { now, audience }: Expected, forAnybody: boolean): void {
  const parts = conditions ? elementsOf(conditions) : []
  if (conditions) {
    if (attributeOf(conditions, 'NotBefore') !== undefined && timeOf(conditions, 'NotBefore') > now + SKEW_MS)
      throw new SamlRefusal('not good yet')
    if (attributeOf(conditions, 'NotOnOrAfter') !== undefined && timeOf(conditions, 'NotOnOrAfter') <= now - SKEW_MS)
      throw new SamlRefusal('no longer good')
  }
  const unknown = parts.find(
    ({ namespaceURI, localName }) => namespaceURI !== NS.saml || !KNOWN_CONDITIONS.has(localName ?? ''),
  )
  if (unknown) throw new SamlRefusal(`an unknown condition: ${unknown.localName}`)
  const restrictions = parts.filter(({ localName }) => localName === 'AudienceRestriction')
  if (restrictions.length === 0 && !forAnybody) throw new SamlRefusal('for no audience')
  for (const restriction of restrictions) {
    if (!childrenOf(restriction, NS.saml, 'Audience').some((each) => textOf(each) === audience))
      throw new SamlRefusal('for another audience')
  }
}

function checkSession(assertion: Element, now: number): void {
  const statements = childrenOf(assertion, NS.saml, 'AuthnStatement')
  if (statements.length === 0) throw new SamlRefusal('nobody has logged in')
  for (const statement of statements) {
    const ends = attributeOf(statement, 'SessionNotOnOrAfter')
    if (ends !== undefined && timeOf(statement, 'SessionNotOnOrAfter') <= now - SKEW_MS)
      throw new SamlRefusal('the session is over')
  }
}

/** Milliseconds since 1970 of an attribute that must be a time of UTC. */
function timeOf(element: Element, name: string): number {
  const text = attributeOf(element, name) ?? ''
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) throw new SamlRefusal(`${name} is no time`)
  return time
}

function attributesOf(assertion: Element): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  const statements = childrenOf(assertion, NS.saml, 'AttributeStatement')
  for (const attribute of statements.flatMap((statement) => childrenOf(statement, NS.saml, 'Attribute'))) {
    const values = childrenOf(attribute, NS.saml, 'AttributeValue').map(textOf)
    const names = new Set([attributeOf(attribute, 'Name'), attributeOf(attribute, 'FriendlyName')])
    for (const name of names) if (name) found.set(name, [...(found.get(name) ?? []), ...values])
  }
  if (found.size > MOST_ATTRIBUTES) throw new SamlRefusal(`more than ${MOST_ATTRIBUTES} attributes`)
  return found
}
